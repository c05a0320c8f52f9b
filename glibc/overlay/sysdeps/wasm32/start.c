/* The program's entry. SP points at argc, argv, NULL, the environment, NULL and
   the auxiliary vector, as the kernel lays them out.

   clang names main by its parameters: __main_void for none, __main_argc_argv for
   two, plain main for three. Called here is __main_void; where the program has none,
   libc.a's leads to the second, and that, where there is none, to the third.  */
extern int __main_void (void);
extern int __libc_start_main (int (*) (int, char **, char **), int, char **,
			      int (*) (int, char **, char **),
			      void (*) (void), void (*) (void), void *);

static int
call_main (int argc, char **argv, char **envp)
{
  return __main_void ();
}

__attribute__ ((export_name ("_start"))) void
_start (int *sp)
{
  __libc_start_main (call_main, sp[0], (char **) (sp + 1), 0, 0, 0, sp);
}
