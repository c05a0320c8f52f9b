/* Whether a floating-point number fits an integer, as programs find out: there and back, and compare. What
 * the integer is where it does not fit is the machine's affair; that the answer is no, is not. */
#include <stdint.h>

#include "check.h"

static int fits_unsigned(double value)
{
	return (double)(uint64_t)value == __builtin_trunc(value);
}

static int fits_signed(double value)
{
	return (double)(int64_t)value == __builtin_trunc(value);
}

static int fits_int(float value)
{
	return (float)(int)value == __builtin_truncf(value);
}

int main(void)
{
	volatile double numbers[] = {0.5, -7, 4294967296.0, 0x1p62, 0x1p65, 1e20, -1e20, 1e300};

	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		printf("%g: %d %d %d\n", numbers[i], numbers[i] < 0 ? 0 : fits_unsigned(numbers[i]),
		       fits_signed(numbers[i]), fits_int((float)numbers[i]));
	return 0;
}
