#include "CLaneKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Sums must not depend on the instruction set: no multiply-add.
#pragma clang fp contract(off)

typedef uint32_t Words __attribute__((vector_size(64), aligned(4)));
typedef uint32_t HalfWords __attribute__((vector_size(32), aligned(4)));
typedef uint64_t Integers __attribute__((vector_size(64), aligned(8)));
typedef double Reals __attribute__((vector_size(64), aligned(8)));

#if defined(__x86_64__)

int32_t ax_has_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt") ? 1 : 0;
}
int32_t ax_has_avx512(void) {
  return ax_has_avx2() && __builtin_cpu_supports("avx512f") &&
                 __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512bw")
             ? 1
             : 0;
}

#define TARGET __attribute__((target("avx2,popcnt")))
#define NAME(name) name##avx2
#include "kernels.inc"
#include "waves.inc"
#undef TARGET
#undef NAME
#define TARGET \
  __attribute__((target("avx2,popcnt,avx512f,avx512dq,avx512vl,avx512bw"), \
                 min_vector_width(512)))
#define NAME(name) name##avx512
#include "kernels.inc"
#include "follow.inc"
#define HAS_FOLLOWS
#include "waves.inc"
#undef HAS_FOLLOWS

#else

int32_t ax_has_avx2(void) { return 0; }
int32_t ax_has_avx512(void) { return 0; }

#define TARGET
#define NAME(name) name##avx2
#include "kernels.inc"
#include "waves.inc"
#undef NAME
#define NAME(name) name##avx512
#include "kernels.inc"
#include "waves.inc"

#endif
