#include "CTableKernels.h"

#if defined(__x86_64__)

#include <math.h>
#include <string.h>

// Distances are right whatever is rounded on the way: see `isOpen`.
#pragma clang fp contract(fast)

#define DRAWS 2

typedef uint64_t Words __attribute__((vector_size(8 * AX_ERROR_LANES)));
typedef int64_t Integers __attribute__((vector_size(8 * AX_ERROR_LANES)));
typedef double Reals __attribute__((vector_size(8 * AX_ERROR_LANES)));
typedef int32_t Halves __attribute__((vector_size(4 * AX_ERROR_LANES)));

void ax_begin_error_draws(AXErrorDraws *draws, int64_t firstSegment, int64_t start) {
  for (int lane = 0; lane < AX_ERROR_LANES; lane++) {
    draws->segment[lane] = (uint64_t)(firstSegment + lane);
    draws->number[lane] = 0;
    draws->position[lane] = UINT64_MAX;
    draws->start[lane] = (uint64_t)(start + lane * AX_ERROR_SEGMENT);
  }
}

#define TARGET __attribute__((target("avx2,fma")))
#define NAME(name) name##avx2
#include "draws.inc"
#undef TARGET
#undef NAME
#define TARGET \
  __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq"), min_vector_width(512)))
#define NAME(name) name##avx512
#include "draws.inc"

#endif
