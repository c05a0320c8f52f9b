/* libm: values to ten digits, special cases exactly, errno. */
#include "check.h"

#include <fenv.h>
#include <math.h>

#define V(expression) printf("%s = %.10g\n", #expression, (double)(expression))

static double zero, one = 1, half = 0.5, big = 1e300,
		    ten = 10; /* not constants to the compiler: set in main */

int main(int argc, char **argv)
{
	(void)argv;
	zero = argc - 1;
	V(sin(one));
	V(cos(one));
	V(tan(one));
	V(asin(half));
	V(acos(half));
	V(atan(one));
	V(atan2(-one, -one));
	V(sinh(one));
	V(cosh(one));
	V(tanh(half));
	V(asinh(one));
	V(acosh(ten));
	V(atanh(half));
	V(exp(one));
	V(exp2(half));
	V(expm1(1e-10 * one));
	V(exp10(half));
	V(log(ten));
	V(log2(ten));
	V(log10(half));
	V(log1p(1e-10 * one));
	V(pow(ten, half));
	V(pow(-ten, 3));
	V(sqrt(ten));
	V(cbrt(-ten));
	V(hypot(3 * one, 4 * one));
	V(erf(half));
	V(erfc(half));
	V(tgamma(half));
	V(lgamma(ten));
	V(j0(one));
	V(y1(one));
	V(jn(3, ten));
	V(sin(big));
	V(cos(1e22 * one));
	V(tan(1e10 * one));
	V(sinf(1e5f * (float)one));
	V(powf(2.5f * (float)one, 3.5f));
	V(expf((float)one));
	V(floor(-half));
	V(ceil(-half));
	V(trunc(-1.5 * one));
	V(round(2.5 * one));
	V(rint(2.5 * one));
	V(nearbyint(3.5 * one));
	V(lround(-2.5 * one));
	V(llrint(2.5 * one));
	V(roundeven(2.5 * one));
	V(fmod(-7 * one, 3));
	V(remainder(7 * one, 4));
	V(remainder(-7 * one, 2));
	V(fma(ten, ten, half));
	V(fdim(one, ten));
	V(fmax(one, NAN));
	V(fmin(-zero, zero));
	V(copysign(one, -zero));
	V(nextafter(one, 2) - 1);
	V(ldexp(one, 10));
	V(scalbn(one, -3));
	V(logb(ten));
	V(ilogb(ten));
	int e, q;
	double whole;
	V(frexp(ten, &e));
	V(e);
	V(modf(-3.25 * one, &whole));
	V(whole);
	V(remquo(10 * one, 3, &q));
	V(q & 7);
	V(1 / zero);
	V(-1 / zero);
	V(zero / zero == zero / zero);
	V(sqrt(-zero));
	V(1 / sqrt(-zero));
	V(pow(zero, -one));
	V(pow(NAN, zero));
	V(pow(one, NAN));
	V(atan(INFINITY));
	V(exp(-INFINITY));
	V(hypot(NAN, INFINITY));
	V(isnan(zero / zero));
	V(isinf(one / zero));
	V(signbit(-zero) != 0);
	V(fpclassify(1e-310 * one) == FP_SUBNORMAL);
	V(isfinite(big));
	V(isgreater(one, NAN));
	V(isunordered(one, NAN) != 0);
#define ERROR(expression) errno = 0, (void)(expression), printf("%s: %s\n", #expression, error_name(errno))
	volatile double sink;
	ERROR(sink = log(zero));
	ERROR(sink = log(-one));
	ERROR(sink = sqrt(-one));
	ERROR(sink = exp(1000 * one));
	ERROR(sink = exp(-1000 * one));
	ERROR(sink = pow(zero, -one));
	ERROR(sink = pow(-one, half));
	ERROR(sink = acos(2 * one));
	ERROR(sink = fmod(one, zero));
	ERROR(sink = tgamma(-one));
	ERROR(sink = lgamma(zero));
	ERROR(sink = atanh(one));
	ERROR(sink = ldexp(one, 5000));
	ERROR(sink = remainder(one, zero));
	ERROR(sink = cosh(1000 * one));
	V(fegetround() == FE_TONEAREST);
	long double l = 1.5L * one;
	printf("%.12Lg %.12Lg %.12Lg %.12Lg %.12Lg\n", sinl(l), expl(l), powl(l, 2.5L), logl(l),
	       sqrtl(2 * l));
	printf("%.12Lg %.12Lg %.12Lg %.12Lg\n", floorl(-l), fmodl(10 * l, 4), cbrtl(l), tgammal(l + 3));
	return 0;
}
