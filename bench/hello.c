// The smallest real program: what starting one costs.
#include <stdio.h>

int main(void)
{
	puts("hello, world");
	return 0;
}
