#ifndef AXTRAIN_CALLOCATOR_SHIM_H
#define AXTRAIN_CALLOCATOR_SHIM_H
/* Swift's Glibc module does not have malloc.h. */
#include <stdlib.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

/* Keeps up to `kept` bytes of freed memory in the process, and does not map blocks below `mapped`
   one by one. 1 where the allocator did so, else 0. */
static inline int ax_keep_freed_memory(int kept, int mapped) {
#ifdef __GLIBC__
  return mallopt(M_TRIM_THRESHOLD, kept) == 1 && mallopt(M_MMAP_THRESHOLD, mapped) == 1;
#else
  (void)kept;
  (void)mapped;
  return 0;
#endif
}
#endif
