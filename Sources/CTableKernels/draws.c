#include "CTableKernels.h"

#include "vectors.h"

#if defined(__x86_64__)

#include <math.h>
#include <string.h>

// Distances are right whatever is rounded on the way: see `isOpen`.
#pragma clang fp contract(fast)

typedef uint64_t Words __attribute__((vector_size(8 * AX_ERROR_LANES)));
typedef int64_t Integers __attribute__((vector_size(8 * AX_ERROR_LANES)));
typedef double Reals __attribute__((vector_size(8 * AX_ERROR_LANES)));
typedef uint32_t Numbers __attribute__((vector_size(4 * AX_ERROR_LANES)));
typedef int32_t Places __attribute__((vector_size(4 * AX_ERROR_LANES)));
typedef float Floats __attribute__((vector_size(4 * AX_ERROR_LANES)));

typedef _Bool Flags __attribute__((ext_vector_type(AX_ERROR_LANES)));
typedef struct {
  Words segment, number;
  Places position, start;
} Lanes;

// Of each lane the last one of its half run; zero in the first half. Adding these for runs of 2, 4 and
// on up to a length sums each run of that length.
#define HALF_SUMS(x, run)                                                             \
  ((run) == 2 ? __builtin_shufflevector(x, (Places){0}, 16, 0, 16, 2, 16, 4, 16, 6,   \
                                        16, 8, 16, 10, 16, 12, 16, 14)                \
   : (run) == 4 ? __builtin_shufflevector(x, (Places){0}, 16, 16, 1, 1, 16, 16, 5, 5, \
                                          16, 16, 9, 9, 16, 16, 13, 13)               \
   : (run) == 8 ? __builtin_shufflevector(x, (Places){0}, 16, 16, 16, 16, 3, 3, 3, 3, \
                                          16, 16, 16, 16, 11, 11, 11, 11)             \
                : __builtin_shufflevector(x, (Places){0}, 16, 16, 16, 16, 16, 16, 16, \
                                          16, 7, 7, 7, 7, 7, 7, 7, 7))

void ax_begin_error_draws(AXErrorDraws *draws, uint64_t firstSegment, int32_t start, int32_t run) {
  draws->run = run;
  for (int32_t set = 0; set < AX_ERROR_SETS; set++) {
    for (int32_t lane = 0; lane < AX_ERROR_LANES; lane++) {
      int32_t segment = (set * AX_ERROR_LANES + lane) / run;
      draws->segment[set][lane] = firstSegment + (uint64_t)segment;
      draws->number[set][lane] = (uint64_t)(lane % run);
      draws->position[set][lane] = -1;
      draws->start[set][lane] = start + segment * AX_ERROR_SEGMENT;
    }
  }
}

#define TARGET __attribute__((target("avx2,fma")))
#define NAME(name) name##avx2

// Stores the errors of the lanes that are inside, and returns how many they are.
TARGET INLINE int64_t NAME(keep_)(const Places *isInside, const Places *operation,
                                  const Numbers *number, const Words *bits, int32_t *operations,
                                  uint64_t *allBits, uint32_t *numbers) {
  int32_t at[AX_ERROR_LANES], inside[AX_ERROR_LANES];
  uint64_t words[AX_ERROR_LANES];
  uint32_t order[AX_ERROR_LANES];
  memcpy(at, operation, sizeof at);
  memcpy(inside, isInside, sizeof inside);
  memcpy(words, bits, sizeof words);
  memcpy(order, number, sizeof order);
  int64_t kept = 0;
  for (int lane = 0; lane < AX_ERROR_LANES; lane++) {
    operations[kept] = at[lane];
    allBits[kept] = words[lane];
    numbers[kept] = order[lane];
    kept -= inside[lane];
  }
  return kept;
}

#include "draws.inc"
#undef TARGET
#undef NAME
#define TARGET \
  __attribute__((target("avx2,fma,avx512f,avx512vl,avx512bw,avx512dq"), min_vector_width(512)))
#define NAME(name) name##avx512

TARGET INLINE int64_t NAME(keep_)(const Places *isInside, const Places *operation,
                                  const Numbers *number, const Words *bits, int32_t *operations,
                                  uint64_t *allBits, uint32_t *numbers) {
  __mmask16 inside = _mm512_movepi32_mask((__m512i)*isInside);
  __mmask8 upper = (__mmask8)(inside >> 8);
  __m512i halves[2];
  memcpy(halves, bits, sizeof *bits);
  _mm512_storeu_si512(operations, _mm512_maskz_compress_epi32(inside, (__m512i)*operation));
  _mm512_storeu_si512(numbers, _mm512_maskz_compress_epi32(inside, (__m512i)*number));
  _mm512_storeu_si512(allBits, _mm512_maskz_compress_epi64((__mmask8)inside, halves[0]));
  _mm512_storeu_si512(allBits + __builtin_popcount((__mmask8)inside),
                      _mm512_maskz_compress_epi64(upper, halves[1]));
  return __builtin_popcount(inside);
}

#include "draws.inc"

#endif
