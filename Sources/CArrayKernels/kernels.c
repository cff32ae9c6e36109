#include "vectors.h"

// Vectors are passed between functions of this file only, all of them inlined.
#pragma clang diagnostic ignored "-Wpsabi"

#define BY_WIDTH(name, set, ...)                                        \
  do {                                                                  \
    if (array->isWide) return name##_wide_##set(__VA_ARGS__);           \
    return name##_bytes_##set(__VA_ARGS__);                             \
  } while (0)

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
#define INSTRUCTIONS avx2
#define AX_ADDS_BYTES 1
#include "array.inc"
#undef TARGET
#undef INSTRUCTIONS
#define TARGET                                                                               \
  __attribute__((target("avx2,popcnt,avx512f,avx512bw,avx512dq,avx512vl,avx512vpopcntdq,"    \
                        "avx512bitalg"),                                                     \
                 min_vector_width(512)))
#define INSTRUCTIONS avx512
#define AX_COUNTS_WORDS 1
#include "array.inc"
#undef TARGET
#undef INSTRUCTIONS
#undef AX_ADDS_BYTES
#undef AX_COUNTS_WORDS

#define DISPATCH(name, ...)                                             \
  do {                                                                  \
    if (array->instructions == AX_BEST && ax_arrays_have_avx512()) {    \
      BY_WIDTH(name, avx512, __VA_ARGS__);                              \
    }                                                                   \
    if (array->instructions != AX_PORTABLE && ax_arrays_have_avx2()) {  \
      BY_WIDTH(name, avx2, __VA_ARGS__);                                \
    }                                                                   \
    BY_WIDTH(name, portable, __VA_ARGS__);                              \
  } while (0)

#else
#define DISPATCH(name, ...) BY_WIDTH(name, portable, __VA_ARGS__)
#endif

#define TARGET
#define INSTRUCTIONS portable
#include "array.inc"

void ax_stationary_load(AXStationaryArray *array, const AXStationaryFold *fold, int64_t first,
                        int64_t last, AXArrayCounts *counts) {
  DISPATCH(ax_stationary_load, array, fold, first, last, counts);
}

void ax_stationary_stream(AXStationaryArray *array, const AXStationaryFold *fold, int64_t first,
                          int64_t last, AXArrayCounts *counts) {
  DISPATCH(ax_stationary_stream, array, fold, first, last, counts);
}

void ax_output_step(AXOutputArray *array, const AXOutputFold *fold, int64_t first, int64_t last,
                    AXArrayCounts *counts) {
  DISPATCH(ax_output_step, array, fold, first, last, counts);
}
