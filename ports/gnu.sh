# What the recipes of GNU packages share; scripts/port reads it before the recipe.

# The answers to what configure can't find out by running programs, and guesses wrong: the guest's libc is glibc, whose functions need no
# replacement. The last one is inside libc.a, where a link finds it; it is not for programs. A package takes those that it asks for.
answers=(gl_cv_func_{fnmatch_gnu,freopen_works_on_closed,getopt_gnu,mbrtowc_empty_input,memchr_works,posix_memalign_works}=yes
	gl_cv_func_{re_compile_pattern_working,strerror_r_works,strtoll_works,strtoull_works,working_mktime}=yes
	gl_cv_func_{fchownat_empty_filename_works,fchownat_nofollow_works,futimens_works,working_utimes,unlink_busy_text}=yes
	gl_cv_func_{getcwd_path_max,getcwd_succeeds_beyond_4k}=yes
	sv_cv_stack_direction=-1 'sv_cv_stack_direction_msg=grows down'
	ac_cv_func___mktime_internal=no)

# gnu_configure OPTION...
gnu_configure() {
	# configure refuses to be run by root without this; it is about a bug of other systems' mkdir.
	CONFIG_SHELL=/bin/sh FORCE_UNSAFE_CONFIGURE=1 CFLAGS=${CFLAGS:--O2} ./configure --build=x86_64-linux-gnu --host="$HOST" --prefix=/usr --disable-nls \
		--cache-file=config.cache "${answers[@]}" "$@"
}
