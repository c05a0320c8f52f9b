/* C for the assembler source of the same name: constants to the outside, variables
   for libc.  */
unsigned int _rseq_size __attribute__ ((visibility ("hidden")));
int _rseq_offset __attribute__ ((visibility ("hidden")));
extern __typeof (_rseq_size) __rseq_size
  __attribute__ ((alias ("_rseq_size")));
extern __typeof (_rseq_offset) __rseq_offset
  __attribute__ ((alias ("_rseq_offset")));
