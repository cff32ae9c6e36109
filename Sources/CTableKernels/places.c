#include "CTableKernels.h"

#include "vectors.h"

#if defined(__x86_64__)

#define TARGET AVX2
#define NAME(name) name##avx2
#include "places.inc"
#undef TARGET
#undef NAME
#define TARGET \
  __attribute__((target("avx2,avx512f,avx512vl,avx512bw,avx512dq"), min_vector_width(512)))
#define NAME(name) name##avx512
#include "places.inc"

#endif
