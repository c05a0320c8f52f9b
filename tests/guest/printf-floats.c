/* printf of floating numbers: exact decimal expansion, rounding, hexadecimal, infinities, long double. */
#include "check.h"

#include <float.h>
#include <math.h>

int main(void)
{
	static const double values[] = {0.0,    -0.0,    1.0,           0.5,      1.5,     2.5,
					0.1,    1.0 / 3, 123456789.125, 1e-5,     1e15,    1e16,
					1e17,   1e22,    1e23,          1e100,    DBL_MAX, DBL_MIN,
					5e-324, 9.995,   0.045,         999999.5, 1e-10,   12345.6789};
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++) {
		double v = values[i];
		printf("%f|%e|%g|%.0f|%.3f|%.17g|%a|%#g|%#.0f|%G|%.10e\n", v, v, v, v, v, v, v, v, v, v, v);
	}
	double odd[] = {INFINITY, -INFINITY, NAN};
	for (int i = 0; i < 3; i++)
		printf("%f|%F|%e|%G|%10f|%-10f|%010f|%a\n", odd[i], odd[i], odd[i], odd[i], odd[i], odd[i],
		       odd[i], odd[i]);
	printf("[%10.3f] [%-10.3f] [%+.3f] [% .3f] [%010.3f] [%+010.3f] [%'.2f]\n", M_PI, M_PI, M_PI, M_PI,
	       M_PI, -M_PI, 1234567.891);
	printf("[%.50f]\n", 0.1);
	printf("[%.100e]\n", 1e-300);
	printf("[%.0e] [%#.0e] [%.1e]\n", 15.0, 15.0, 0.25);
	printf("[%g] [%g] [%g] [%g] [%g]\n", 100000.0, 1000000.0, 0.0001, 0.00001, 123456.7);
	printf("[%.3g] [%.10g] [%#.3g] [%.0g]\n", 1234.5, 1234.5, 1.0, 5.5);
	printf("[%a] [%.0a] [%.3a] [%A] [%20a] [%-20a] [%#a]\n", 1.0, 1.5, M_PI, 255.75, 1.0, 1.0, 1.0);
	printf("[%a] [%a]\n", DBL_MIN / 2, 5e-324);
	printf("[%Lf] [%Le] [%Lg] [%.20Lg]\n", 1.5L, 1e100L, 0.25L, 123456789012345.0L);
	printf("[%.2Lf] [%.0Lf] [%10.1Lf] [%Lf] [%Lf]\n", 2.675L, 0.5L, -3.25L, (long double)INFINITY,
	       (long double)-INFINITY);
	printf("[%.1f] [%.1f] [%.1f] [%.1f] [%.2f] [%.2f]\n", 0.25, 0.35, 0.05, 0.15, 1.005, 2.675);
	printf("[%f] [%f]\n", (double)0.1f, (double)FLT_MAX);
	printf("%d chars\n", snprintf(NULL, 0, "%f", DBL_MAX));
	printf("%d chars\n", snprintf(NULL, 0, "%.1000f", 1.0));
	return 0;
}
