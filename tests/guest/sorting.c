/* qsort, bsearch, lsearch, hsearch, tsearch and twalk, insque. */
#include "check.h"

#include <search.h>

static int by_value(const void *a, const void *b)
{
	int x = *(const int *)a, y = *(const int *)b;
	return (x > y) - (x < y);
}

static int calls;

static int by_key(const void *a, const void *b, void *context)
{
	calls++;
	return strcmp(*(const char *const *)a, *(const char *const *)b) * *(int *)context;
}

static void visit(const void *node, VISIT order, int depth)
{
	if (order == postorder || order == leaf)
		printf("%d at %d; ", **(const int *const *)node, depth);
}

static void visit_with(const void *node, VISIT order, void *sum)
{
	if (order == postorder || order == leaf)
		*(int *)sum += **(const int *const *)node;
}

static void nothing(void *p)
{
	(void)p;
}

int main(void)
{
	static int numbers[20000];
	unsigned seed = 12345;
	for (int i = 0; i < 20000; i++)
		numbers[i] = (int)((seed = seed * 1103515245 + 12345) >> 16) % 5000;
	qsort(numbers, 20000, sizeof(int), by_value);
	int wrong = 0;
	for (int i = 1; i < 20000; i++)
		wrong += numbers[i - 1] > numbers[i];
	SHOW(wrong);
	qsort(numbers, 0, sizeof(int), by_value);
	int key = numbers[777], none = 99999;
	SHOW(*(int *)bsearch(&key, numbers, 20000, sizeof(int), by_value) == key);
	SHOW(bsearch(&none, numbers, 20000, sizeof(int), by_value) == NULL);
	SHOW(bsearch(&key, numbers, 0, sizeof(int), by_value) == NULL);
	const char *words[] = {"pear", "apple", "fig", "banana", "cherry"};
	int direction = -1;
	qsort_r(words, 5, sizeof(*words), by_key, &direction);
	for (int i = 0; i < 5; i++)
		printf("%s ", words[i]);
	puts(calls > 4 ? "compared" : "not compared");
	struct {
		char text[37];
		int n;
	} large[50];
	for (int i = 0; i < 50; i++) {
		large[i].n = i;
		sprintf(large[i].text, "%02d", i * 7 % 50);
	}
	qsort(large, 50, sizeof(*large), (int (*)(const void *, const void *))strcmp);
	for (int i = 0; i < 50; i++)
		wrong += atoi(large[i].text) != i || large[i].n * 7 % 50 != i;
	SHOW(wrong);

	int table[10] = {5, 3};
	size_t count = 2;
	key = 3;
	SHOW((int *)lfind(&key, table, &count, sizeof(int), by_value) - table);
	key = 9;
	SHOW((int *)lsearch(&key, table, &count, sizeof(int), by_value) - table);
	SHOW(count);

	SHOW(hcreate(30));
	char names[20][8];
	for (int i = 0; i < 20; i++) {
		sprintf(names[i], "key%d", i);
		MUST(hsearch((ENTRY){names[i], (void *)(size_t)(i * i)}, ENTER));
	}
	SHOW((size_t)hsearch((ENTRY){"key13", NULL}, FIND)->data);
	SHOW(hsearch((ENTRY){"key99", NULL}, FIND) == NULL);
	hdestroy();

	void *root = NULL;
	int values[] = {50, 20, 80, 10, 30, 70, 90, 30};
	for (int i = 0; i < 8; i++)
		MUST(tsearch(&values[i], &root, by_value));
	twalk(root, visit);
	puts("");
	int sum = 0;
	twalk_r(root, visit_with, &sum);
	SHOW(sum);
	key = 70;
	SHOW(**(int **)tfind(&key, &root, by_value));
	SHOW(tdelete(&key, &root, by_value) != NULL);
	SHOW(tfind(&key, &root, by_value) == NULL);
	SHOW(tdelete(&none, &root, by_value) == NULL);
	tdestroy(root, nothing);

	struct item {
		struct item *next, *previous;
	} a = {0}, b, c;
	insque(&a, NULL);
	insque(&b, &a);
	insque(&c, &a);
	SHOW(a.next == &c && c.next == &b && b.previous == &c && b.next == NULL);
	remque(&c);
	SHOW(a.next == &b);
	return 0;
}
