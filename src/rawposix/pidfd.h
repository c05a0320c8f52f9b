/* Descriptors of processes (pidfd_open). */
#ifndef LIND_RAWPOSIX_PIDFD_H
#define LIND_RAWPOSIX_PIDFD_H

struct cage;
struct file;

/* What the file stands for, borrowed, or NULL: it is none of these. */
struct cage *pidfd_cage(const struct file *file);
/* From now on its descriptors can be read from, as poll says it. */
void pidfd_cage_ended(const struct cage *cage);

#endif
