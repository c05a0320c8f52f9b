#ifndef _WASM32_ATOMIC_MACHINE_H
#define _WASM32_ATOMIC_MACHINE_H 1

/* 64-bit atomics exist, but trap on sem_t, which is aligned to 4.  */
#define __HAVE_64B_ATOMICS 0
#define USE_ATOMIC_COMPILER_BUILTINS 1
#define ATOMIC_EXCHANGE_USES_CAS 0

#define atomic_full_barrier() __sync_synchronize ()

#define __wasm_cas_val(mem, newval, oldval, model)			\
  ({									\
    typeof (*mem) __seen = (oldval);					\
    __atomic_compare_exchange_n (mem, (void *) &__seen, newval, 0,	\
				 model, __ATOMIC_RELAXED);		\
    __seen;								\
  })
#define __wasm_cas_bool(mem, newval, oldval, model)			\
  ({									\
    typeof (*mem) __seen = (oldval);					\
    !__atomic_compare_exchange_n (mem, (void *) &__seen, newval, 0,	\
				  model, __ATOMIC_RELAXED);		\
  })

#define atomic_compare_and_exchange_bool_acq(mem, new, old) \
  __wasm_cas_bool (mem, new, old, __ATOMIC_ACQUIRE)
#define atomic_compare_and_exchange_val_acq(mem, new, old) \
  __wasm_cas_val (mem, new, old, __ATOMIC_ACQUIRE)
#define atomic_compare_and_exchange_val_rel(mem, new, old) \
  __wasm_cas_val (mem, new, old, __ATOMIC_RELEASE)
#define atomic_exchange_acq(mem, value) \
  __atomic_exchange_n (mem, value, __ATOMIC_ACQUIRE)
#define atomic_exchange_rel(mem, value) \
  __atomic_exchange_n (mem, value, __ATOMIC_RELEASE)
#define atomic_exchange_and_add_acq(mem, value) \
  __atomic_fetch_add (mem, value, __ATOMIC_ACQUIRE)
#define atomic_exchange_and_add_rel(mem, value) \
  __atomic_fetch_add (mem, value, __ATOMIC_RELEASE)

#endif
