#include "CTableKernels.h"

#if defined(__x86_64__)

int32_t ax_tables_have_avx2(void) {
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? 1 : 0;
}

int32_t ax_tables_have_avx512(void) {
  return ax_tables_have_avx2() && __builtin_cpu_supports("avx512f") &&
                 __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
                 __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512vbmi") &&
                 __builtin_cpu_supports("avx512vnni")
             ? 1
             : 0;
}

#endif
