/* Who a cage is. */
#ifndef LIND_RAWPOSIX_CREDENTIAL_H
#define LIND_RAWPOSIX_CREDENTIAL_H

#include <stdbool.h>
#include <stdint.h>

struct cage;

/* True if `group` is its effective one, or one of its supplementary ones. */
bool credential_in_group(const struct cage *cage, uint32_t group);

#endif
