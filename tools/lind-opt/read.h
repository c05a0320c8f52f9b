/*
 * The parts of the reader, for read.c, and what goes back. Each reads one section's content from a reader of
 * exactly that.
 */
#ifndef LIND_OPT_READ_H
#define LIND_OPT_READ_H

#include "module.h"

void read_elements(struct module *m, struct reader *r);
void read_data_count(struct module *m, struct reader *r);
void read_code(struct module *m, struct reader *r);
void read_data(struct module *m, struct reader *r);

/* What sections promise of each other: as many bodies as functions, as many data segments as counted. */
void check_counts(struct module *m, struct reader *r);

/* Takes function names and branch hints out of their custom sections. */
void metadata_read(struct module *m);

/*
 * Writes the section "name" anew, with the function names that the module has now. False, with nothing
 * written, where the old one is damaged.
 */
bool metadata_write_names(const struct module *m, struct span content, struct buffer *out);

#endif
