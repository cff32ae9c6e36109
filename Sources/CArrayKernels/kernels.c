#include "vectors.h"

// Vectors are passed between functions of this file only, all of them inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#if defined(__x86_64__)

static int ax_arrays_have_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
}
static int ax_arrays_have_avx512(void) {
  return ax_arrays_have_avx2() && __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vpopcntdq") &&
         __builtin_cpu_supports("avx512bitalg");
}

#define TARGET __attribute__((target("avx2,popcnt")))
#define NAME(name) name##_avx2
#define AX_ADDS_BYTES 1
#include "changes.inc"
#include "steps.inc"
#include "stationary.inc"
#include "output.inc"
#undef TARGET
#undef NAME
#define TARGET                                                                               \
  __attribute__((target("avx2,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,"    \
                        "avx512bitalg"),                                                     \
                 min_vector_width(512)))
#define NAME(name) name##_avx512
#define AX_COUNTS_WORDS 1
#include "changes.inc"
#include "steps.inc"
#include "stationary.inc"
#include "output.inc"
#undef TARGET
#undef NAME
#undef AX_ADDS_BYTES
#undef AX_COUNTS_WORDS

#define DISPATCH(name, ...)                                             \
  do {                                                                  \
    if (array->instructions == AX_BEST && ax_arrays_have_avx512()) {    \
      return name##_avx512(__VA_ARGS__);                                \
    }                                                                   \
    if (array->instructions != AX_PORTABLE && ax_arrays_have_avx2()) {  \
      return name##_avx2(__VA_ARGS__);                                  \
    }                                                                   \
  } while (0)

#else
#define DISPATCH(name, ...)
#endif

#define TARGET
#define NAME(name) name##_portable
#include "changes.inc"
#include "steps.inc"
#include "stationary.inc"
#include "output.inc"

void ax_stationary_load(AXStationaryArray *array, const AXStationaryFold *fold, int64_t first,
                        int64_t last, AXArrayCounts *counts) {
  DISPATCH(ax_stationary_load, array, fold, first, last, counts);
  ax_stationary_load_portable(array, fold, first, last, counts);
}

void ax_stationary_stream(AXStationaryArray *array, const AXStationaryFold *fold, int64_t first,
                          int64_t last, AXArrayCounts *counts) {
  DISPATCH(ax_stationary_stream, array, fold, first, last, counts);
  ax_stationary_stream_portable(array, fold, first, last, counts);
}

void ax_output_step(AXOutputArray *array, const AXOutputFold *fold, int64_t first, int64_t last,
                    AXArrayCounts *counts) {
  DISPATCH(ax_output_step, array, fold, first, last, counts);
  ax_output_step_portable(array, fold, first, last, counts);
}
