#include "CTrainingKernels.h"

#include <string.h>

// Results must not depend on the instruction set: no multiply-add.
#pragma clang fp contract(off)

#define LANES 16

typedef float Reals __attribute__((vector_size(4 * LANES), aligned(4)));
typedef double Doubles __attribute__((vector_size(8 * LANES), aligned(8)));
typedef int32_t Integers __attribute__((vector_size(4 * LANES), aligned(4)));
typedef int64_t Longs __attribute__((vector_size(8 * LANES), aligned(8)));
typedef uint64_t UnsignedLongs __attribute__((vector_size(8 * LANES), aligned(8)));
typedef uint8_t Bytes __attribute__((vector_size(LANES), aligned(1)));

#define TARGET
#define NAME(name) name##portable
#include "kernels.inc"
#undef TARGET
#undef NAME

#if defined(__x86_64__)

int32_t ax_training_has_avx2(void) { return __builtin_cpu_supports("avx2") ? 1 : 0; }
int32_t ax_training_has_avx512(void) {
  return ax_training_has_avx2() && __builtin_cpu_supports("avx512f") &&
                 __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") &&
                 __builtin_cpu_supports("avx512dq")
             ? 1
             : 0;
}

#define TARGET __attribute__((target("avx2")))
#define NAME(name) name##avx2
#include "kernels.inc"
#undef TARGET
#undef NAME
#define TARGET \
  __attribute__((target("avx2,avx512f,avx512vl,avx512bw,avx512dq"), min_vector_width(512)))
#define NAME(name) name##avx512
#include "kernels.inc"

#else

int32_t ax_training_has_avx2(void) { return 0; }
int32_t ax_training_has_avx512(void) { return 0; }

#define TARGET
#define NAME(name) name##avx2
#include "kernels.inc"
#undef NAME
#define NAME(name) name##avx512
#include "kernels.inc"

#endif
