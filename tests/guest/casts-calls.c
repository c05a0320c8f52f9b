/* Calls through pointers of other types than the functions have, as old programs make them. */
#include "check.h"

#include <search.h>
#include <stdint.h>

/* So that no compiler sees what is called. */
static void *volatile hidden;
#define AS(type, function) ((type)(hidden = (void *)(function), hidden))

static int none(void)
{
	printf("none\n");
	return 10;
}

static int one(int a)
{
	printf("one %d\n", a);
	return a + 1;
}

static void nothing(int a, const char *text)
{
	printf("nothing %d %s\n", a, text);
}

static long five(long a, int b, const char *c, long d, int e)
{
	printf("five %ld %d %s %ld %d\n", a, b, c, d, e);
	return a - d;
}

static int takes_more(int a, int unused, void *also, long long wide, double real)
{
	(void)unused, (void)also, (void)wide, (void)real;
	return a * 2;
}

static void fewer_and_more(void)
{
	SHOW(AS(int (*)(int, int, int), none)(1, 2, 3));
	SHOW(AS(int (*)(int, int, int, int, int, int, int), one)(1, 2, 3, 4, 5, 6, 7));
	SHOW(AS(int (*)(int, double, int), one)(4, 2.5, 3));
	SHOW(AS(int (*)(int), takes_more)(21));
	SHOW(AS(long (*)(), five)(100L, 2, "unprototyped", 40L, 5));
	SHOW(AS(int (*)(), one)(7));
	SHOW(AS(int (*)(), one)(7, "extra"));
}

static void results(void)
{
	AS(void (*)(int), one)(1);
	AS(void (*)(void), none)();
	AS(int (*)(int, const char *), nothing)(3, "dropped");
	AS(void *(*)(int, const char *), nothing)(4, "dropped");
	AS(double (*)(int, const char *), nothing)(5, "dropped");
	AS(long long (*)(int, const char *, int), nothing)(6, "dropped", 7);
}

static long long wide(long long a, int b)
{
	return a * 10 + b;
}

static long narrow(long a, int b)
{
	return a * 10 + b;
}

static void *same(void *p)
{
	return p;
}

static intptr_t number(intptr_t n)
{
	return n + 1;
}

static unsigned char byte(unsigned char b)
{
	return (unsigned char)(b + 1);
}

/* long and pointers are as wide as long long natively. */
static void widths(void)
{
	static int object = 5;
	SHOW(AS(long (*)(long, int), wide)(-12, 3));
	SHOW(AS(long long (*)(long long, int), narrow)(-12, 3));
	SHOW(AS(long long (*)(long, int), narrow)(12, 3));
	SHOW(AS(int (*)(long long, long long), narrow)(1, 2));
	SHOW(AS(intptr_t (*)(intptr_t), same)((intptr_t)&object) == (intptr_t)&object);
	SHOW(*(int *)AS(void *(*)(void *), number)((char *)&object - 1));
	SHOW(*(int *)(intptr_t)AS(long long (*)(long long), same)((intptr_t)&object));
	SHOW(AS(unsigned char (*)(long long), byte)(65) & 255);
}

static double real(double a, double b)
{
	return a / b;
}

static double mixed(int a, double b, int c, float d)
{
	return a + b * c + (double)d;
}

static float single(float a)
{
	return a * 2;
}

static int counted(int a, int b)
{
	return a * 100 + b;
}

/* Integers and floating-point numbers are counted separately. */
static void floats(void)
{
	printf("%g\n", AS(double (*)(double, double, int), real)(7, 2, 1));
	printf("%g\n", AS(double (*)(int, double, double), real)(1, 7, 2));
	printf("%g\n", AS(double (*)(double, float, int, int), mixed)(0.5, 0.25f, 10, 4));
	printf("%g\n", (double)AS(float (*)(float, int), single)(1.5f, 1));
	SHOW(AS(int (*)(double, int, double, int), counted)(1.5, 12, 2.5, 34));
	AS(void (*)(double, double), real)(1, 2);
	AS(int (*)(double, double), real)(1, 2);
}

static long many(int a, int b, int c, int d, int e, int f, int g, long h, int i)
{
	printf("many %d %d %d %d %d %d %d %ld %d\n", a, b, c, d, e, f, g, h, i);
	return h;
}

static double many_reals(double a, double b, double c, double d, double e, double f, double g, double h,
			 double i, double j, int k)
{
	return a + b + c + d + e + f + g + h * i - j + k;
}

/* More than registers hold: the rest lies on the stack. */
static void stacks(void)
{
	SHOW(AS(int (*)(int, int, int, int, int, int, int, long, int, int), many)(1, 2, 3, 4, 5, 6, 7, 8, 9,
										  10));
	SHOW(AS(long long (*)(long, long, long, long, long, long, long, long, long), many)(1, 2, 3, 4, 5, 6,
											   7, -8, 9));
	printf("%g\n", AS(double (*)(int, double, double, double, double, double, double, double, double,
				     double, double),
			  many_reals)(100, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10));
}

struct pair {
	int x, y;
};

struct large {
	int values[10];
};

static int by_pointer(struct pair *p)
{
	return p->x * 10 + p->y;
}

static void fill(struct large *to, int from)
{
	for (int i = 0; i < 10; i++)
		to->values[i] = from + i;
}

static struct large made(int from, int unused)
{
	struct large l;
	(void)unused;
	fill(&l, from);
	return l;
}

union callback {
	int (*one)(int);
	void (*plain)(void *, int);
	long (*long_one)(long, long, long);
};

static void objects(void)
{
	struct pair p = {4, 2};
	union callback u = {.one = one};
	SHOW(AS(int (*)(void *, int), by_pointer)(&p, 9));
	SHOW(AS(long (*)(char *), by_pointer)((char *)&p));
	struct large l = AS(struct large (*)(int), made)(30);
	SHOW(l.values[9]);
	u.plain((void *)41, 0);
	SHOW(u.long_one(42, 43, 44));
}

static int three(const void *a, const void *b, void *c)
{
	(void)c;
	return *(const int *)a - *(const int *)b;
}

static int compared;
static void *by_identity(const int *a, const int *b)
{
	compared++;
	return (void *)(intptr_t)(*a - *b);
}

static void visit_node(const void *node)
{
	printf("node %d\n", **(int *const *)node);
}

static void visit_nothing(void)
{
	printf("a node\n");
}

static void libraries(void)
{
	int v[] = {5, 2, 8, 1, 9, 3}, key = 8;
	qsort(v, 6, sizeof *v, AS(int (*)(const void *, const void *), three));
	for (int i = 0; i < 6; i++)
		printf("%d ", v[i]);
	int *found = bsearch(&key, v, 6, sizeof *v, AS(int (*)(const void *, const void *), by_identity));
	printf("found %d, compared %d\n", found ? *found : -1, compared > 0);
	void *root = NULL;
	for (int i = 0; i < 3; i++)
		tsearch(&v[i], &root, AS(int (*)(const void *, const void *), three));
	twalk(root, AS(void (*)(const void *, VISIT, int), visit_node));
	twalk(root, AS(void (*)(const void *, VISIT, int), visit_nothing));
}

static int recursive(int depth, int (*self)(int, int (*)(), long), long extra)
{
	return depth ? 1 + AS(int (*)(int, int (*)(), long, int), self)(depth - 1, (int (*)())self, extra, 5)
		     : (int)extra;
}

static void at_end(int unused, void *also)
{
	(void)unused, (void)also;
	printf("at the end\n");
}

int main(void)
{
	fewer_and_more();
	results();
	widths();
	floats();
	stacks();
	objects();
	libraries();
	SHOW(recursive(1000, (int (*)(int, int (*)(), long))recursive, 7));
	atexit(AS(void (*)(void), at_end));
	return 0;
}
