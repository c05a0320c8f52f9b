/* Tells the compiler which way a branch goes nearly always. For the way of every call, where it decides what
 * lies in a straight line; elsewhere it is of no use. */
#ifndef LIND_BASE_LIKELY_H
#define LIND_BASE_LIKELY_H

#define likely(condition)   __builtin_expect(!!(condition), 1)
#define unlikely(condition) __builtin_expect(!!(condition), 0)

#endif
