# CMake's view of the Lind toolchain: cmake -DCMAKE_TOOLCHAIN_FILE=PREFIX/lib/lind/lind.cmake
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR wasm32)

get_filename_component(_lind_prefix "${CMAKE_CURRENT_LIST_DIR}/../.." ABSOLUTE)
set(CMAKE_C_COMPILER "${_lind_prefix}/bin/lind-clang")
set(CMAKE_AR "${_lind_prefix}/bin/lind-ar" CACHE FILEPATH "")
set(CMAKE_RANLIB "${_lind_prefix}/bin/lind-ranlib" CACHE FILEPATH "")
set(CMAKE_NM "${_lind_prefix}/bin/lind-nm" CACHE FILEPATH "")
set(CMAKE_STRIP "${_lind_prefix}/bin/lind-strip" CACHE FILEPATH "")

# Programs for the build come from the host; headers and libraries never do.
set(CMAKE_FIND_ROOT_PATH "${_lind_prefix}/lib/lind/sysroot")
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)

# There are no shared libraries.
set_property(GLOBAL PROPERTY TARGET_SUPPORTS_SHARED_LIBS FALSE)
set(BUILD_SHARED_LIBS OFF CACHE BOOL "")
