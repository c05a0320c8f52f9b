/* Directories: chdir fchdir getcwd getdents64. */
#include "rawposix/files.h"

int64_t sys_chdir(struct call *call)
{
	cleanup_where struct call_where where;
	int error = call_where(call, NO_DIRECTORY, 0, &where);
	if (error < 0)
		return error;
	struct file_view view = call_view(call);
	cleanup_file struct file *directory =
		file_open_view(&view, NULL, where.path, O_PATH | O_DIRECTORY, 0, 0, &error);
	return directory ? file_space_chdir(call->cage->space, directory) : error;
}

int64_t sys_fchdir(struct call *call)
{
	CALL_FILE(directory, call, 0);
	return file_space_chdir(call->cage->space, directory);
}

int64_t sys_getcwd(struct call *call)
{
	char path[LIMIT_PATH];
	int64_t length = file_space_working_directory(call->cage->space, path, sizeof path);
	if (length < 0)
		return length == -ERANGE ? -ENAMETOOLONG : length;
	if ((uint64_t)length + 1 > call_size(call, 1))
		return -ERANGE;
	int error = call_write(call, 0, path, (size_t)length + 1);
	return error < 0 ? error : length + 1;
}

int64_t sys_getdents64(struct call *call)
{
	CALL_FILE(file, call, 0);
	uint64_t size = call_size(call, 2);
	if (!file_has_listing(call->cage->space, file))
		return HOST_CALL(SYS_getdents64, file->host, call_pointer(call, 1, size), size);
	_Alignas(8) uint8_t entries[4096];
	int64_t length = file_read_directory(file, entries, size < sizeof entries ? size : sizeof entries);
	if (length > 0 && call_write(call, 1, entries, (size_t)length))
		return -EFAULT;
	return length;
}
