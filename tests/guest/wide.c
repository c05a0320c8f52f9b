/* Wide characters and multibyte strings in C.UTF-8 and C: conversion, classification, wide streams. */
#include "check.h"

#include <langinfo.h>
#include <limits.h>
#include <locale.h>
#include <wchar.h>
#include <wctype.h>

int main(void)
{
	wchar_t w[40];
	char s[80];
	SHOW(MB_CUR_MAX);
	puts(setlocale(LC_ALL, NULL));
	SHOW(mbstowcs(w, "caf\xc3\xa9", 40));
	MUST(setlocale(LC_ALL, "C.UTF-8"));
	puts(nl_langinfo(CODESET));
	SHOW(MB_CUR_MAX);
	SHOW(mbstowcs(w, "caf\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80", 40));
	for (int i = 0; w[i]; i++)
		printf("%x ", (unsigned)w[i]);
	puts("");
	SHOW(wcslen(w));
	SHOW(wcstombs(s, w, sizeof(s)));
	puts(s);
	SHOW(wcstombs(NULL, w, 0));
	SHOW(mblen("\xe2\x82\xac", 3));
	SHOW(mblen("\xe2\x82\xac", 2));
	SHOW(mblen("\xff", 1));
	SHOW(mblen("", 1));
	wchar_t one;
	mbstate_t state = {0};
	SHOW(mbrtowc(&one, "\xe2", 1, &state) == (size_t)-2);
	SHOW(mbsinit(&state));
	SHOW(mbrtowc(&one, "\x82\xac", 2, &state));
	SHOW(one);
	SHOW(mbrtowc(&one, "\xc0\x80", 2, &state) == (size_t)-1);
	SHOW(wcrtomb(s, 0x10ffff, &(mbstate_t){0}));
	SHOW(wcrtomb(s, 0x110000, &(mbstate_t){0}) == (size_t)-1);
	SHOW(wctomb(s, L'\u00df'));
	SHOW(iswalpha(L'\u00e9') != 0);
	SHOW(iswupper(L'\u00c9') != 0);
	SHOW(iswdigit(L'5') != 0);
	SHOW(iswspace(L'\u2003') != 0);
	SHOW(iswpunct(L'\u20ac') != 0);
	SHOW(towupper(L'\u00e9') == L'\u00c9');
	SHOW(towlower(L'\u0416') == L'\u0436');
	SHOW(iswctype(L'a', wctype("xdigit")) != 0);
	SHOW(towctrans(L'a', wctrans("toupper")));
	SHOW(wcwidth(L'a'));
	SHOW(wcwidth(L'\u4e2d'));
	SHOW(wcwidth(L'\u0301'));
	SHOW(wcswidth(L"a\u4e2d", 2));
	SHOW(wcscmp(L"abc", L"abd") < 0);
	SHOW(wcscoll(L"b", L"a") > 0);
	SHOW(wcschr(L"hello", L'l') - L"hello" >= 0);
	SHOW(wcstol(L"  -123xyz", NULL, 10));
	SHOW(wcstoll(L"0x7fffffffffffffff", NULL, 0));
	printf("%g\n", wcstod(L"1.5e3", NULL));
	wchar_t *save, text[] = L"a,b;;c";
	for (wchar_t *t = wcstok(text, L",;", &save); t; t = wcstok(NULL, L",;", &save))
		printf("token %ls\n", t);
	SHOW(swprintf(w, 40, L"%d %ls %s %c", 5, L"\u20ac", "na\xc3\xafve", 'x'));
	printf("%ls\n", w);
	SHOW(swprintf(w, 3, L"too long"));
	int number;
	SHOW(swscanf(L"42 \u20acx", L"%d %ls", &number, w));
	printf("%d %ls\n", number, w);

	FILE *f = fopen("file", "w");
	SHOW(fwide(f, 0));
	SHOW(fputws(L"line \u00e9\n", f) >= 0);
	SHOW(fwide(f, 0) > 0);
	SHOW(fputwc(L'\U0001F600', f));
	SHOW(fclose(f));
	f = fopen("file", "r");
	SHOW(fgetws(w, 40, f) == w);
	printf("%ls", w);
	SHOW(fgetwc(f));
	SHOW(fgetwc(f) == WEOF);
	SHOW(fclose(f));
	f = fopen("bad", "w");
	fputs("ok\xff", f);
	fclose(f);
	f = fopen("bad", "r");
	SHOW(fgetwc(f));
	SHOW(fgetwc(f));
	SHOW(fgetwc(f) == WEOF && errno == EILSEQ);
	SHOW(setlocale(LC_ALL, "no_SUCH") != NULL);
	SHOW(setlocale(LC_ALL, "C") != NULL);
	struct lconv *conv = localeconv();
	printf("<%s> <%s> %d\n", conv->decimal_point, conv->thousands_sep, conv->frac_digits == CHAR_MAX);
	return 0;
}
