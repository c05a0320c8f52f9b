/* Asked for at every start, for $ORIGIN in the search path of shared libraries, of
   which there are none.  */
const char *
_dl_get_origin (void)
{
  return (char *) -1;
}
