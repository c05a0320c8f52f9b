/* Copies in both directions: what a client writes to standard output comes out in capitals, from the grate's
 * own memory; what it reads begins with "<". */
#include <ctype.h>
#include <errno.h>
#include <lind/grate.h>
#include <sys/syscall.h>

static int64_t write_capitals(struct grate_call *call)
{
	size_t length = (uint32_t)call->argument[2];
	char *text = grate_take(call, length);
	if (call->argument[0] != 1)
		return grate_forward(call);
	if (!text)
		return -ENOMEM;
	int error = grate_read(call, 1, text, length);
	if (error)
		return error;
	for (size_t i = 0; i < length; i++)
		text[i] = (char)toupper((unsigned char)text[i]);
	call->argument[1] = (uintptr_t)text;
	call->cage[1] = call->self;
	return grate_forward(call);
}

static int64_t mark_read(struct grate_call *call)
{
	int64_t result = grate_forward(call);
	if (result > 0 && grate_write(call, 1, "<", 1))
		return -EFAULT;
	return result;
}

int main(int argc, char **argv)
{
	char **command = grate_options(argc, argv, "Writes in capitals", NULL);
	grate_handle(SYS_write, write_capitals);
	grate_handle_name("read", mark_read);
	return grate_run(command);
}
