#include "CTableKernels.h"

#include "vectors.h"

#if defined(__x86_64__)

// Transposes 8 rows of 16 words: for each of 16 scalar values, the products of 8 lanes.
AVX2 INLINE void transpose(const uint16_t *const rows[8], long from, uint16_t *to, long width) {
  __m256i x[8], y[8];
  for (int i = 0; i < 8; i++) x[i] = _mm256_loadu_si256((const __m256i *)(rows[i] + from));
  for (int i = 0; i < 8; i += 2) {
    y[i] = _mm256_unpacklo_epi16(x[i], x[i + 1]);
    y[i + 1] = _mm256_unpackhi_epi16(x[i], x[i + 1]);
  }
  for (int i = 0; i < 8; i += 4) {
    x[i] = _mm256_unpacklo_epi32(y[i], y[i + 2]);
    x[i + 1] = _mm256_unpackhi_epi32(y[i], y[i + 2]);
    x[i + 2] = _mm256_unpacklo_epi32(y[i + 1], y[i + 3]);
    x[i + 3] = _mm256_unpackhi_epi32(y[i + 1], y[i + 3]);
  }
  for (int i = 0; i < 4; i++) {
    y[2 * i] = _mm256_unpacklo_epi64(x[i], x[i + 4]);
    y[2 * i + 1] = _mm256_unpackhi_epi64(x[i], x[i + 4]);
  }
  for (int i = 0; i < 8; i++) {
    _mm_storeu_si128((__m128i *)(to + i * width), _mm256_castsi256_si128(y[i]));
    _mm_storeu_si128((__m128i *)(to + (i + 8) * width), _mm256_extracti128_si256(y[i], 1));
  }
}

AVX2 void ax_expand_avx2(const uint16_t *table, const uint8_t *lanes, long laneStride, long steps,
                         long width, uint16_t *expanded) {
  for (long k = 0; k < steps; k++) {
    for (long lane = 0; lane < width; lane += 8) {
      const uint16_t *rows[8];
      for (int i = 0; i < 8; i++) rows[i] = table + 256 * (long)lanes[k * laneStride + lane + i];
      uint16_t *to = expanded + k * 256 * width + lane;
      for (long value = 0; value < 256; value += 16) {
        transpose(rows, value, to + value * width, width);
      }
    }
  }
}

// `all` adds pairs of 16-bit products as words modulo 2^32, `odd` the upper ones alone; the lower
// sum is what `odd` leaves of `all`, modulo 2^32 as well. `steps` and `vectors` are constants.
AVX2 INLINE void addExpanded(const uint16_t *expanded, AXScalarOperands scalars, int steps,
                             int vectors, uint32_t *partial) {
  long width = 16 * vectors;
  for (long s = 0; s < scalars.count; s++) {
    const uint8_t *values = scalars.values + s * scalars.sumStride;
    __m256i *sums = (__m256i *)(partial + s * width);
    __m256i all[2], odd[2];
    for (int v = 0; v < vectors; v++) {
      all[v] = _mm256_loadu_si256(sums + 2 * v);
      odd[v] = _mm256_loadu_si256(sums + 2 * v + 1);
    }
#pragma clang loop unroll(full)
    for (int k = 0; k < steps; k++) {
      const uint16_t *run = expanded + width * (256 * k + (long)values[k * scalars.stepStride]);
      for (int v = 0; v < vectors; v++) {
        __m256i products = _mm256_loadu_si256((const __m256i *)(run + 16 * v));
        all[v] = _mm256_add_epi32(all[v], products);
        odd[v] = _mm256_add_epi32(odd[v], _mm256_srli_epi32(products, 16));
      }
    }
    for (int v = 0; v < vectors; v++) {
      _mm256_storeu_si256(sums + 2 * v, all[v]);
      _mm256_storeu_si256(sums + 2 * v + 1, odd[v]);
    }
  }
}

AVX2 void ax_add_expanded_avx2(const uint16_t *expanded, AXScalarOperands scalars, long steps,
                               long width, uint32_t *partial) {
  switch (width + steps) {
    case 16 + 1: addExpanded(expanded, scalars, 1, 1, partial); break;
    case 16 + 2: addExpanded(expanded, scalars, 2, 1, partial); break;
    case 16 + 4: addExpanded(expanded, scalars, 4, 1, partial); break;
    case 16 + 8: addExpanded(expanded, scalars, 8, 1, partial); break;
    case 32 + 1: addExpanded(expanded, scalars, 1, 2, partial); break;
    case 32 + 2: addExpanded(expanded, scalars, 2, 2, partial); break;
    case 32 + 4: addExpanded(expanded, scalars, 4, 2, partial); break;
    case 32 + 8: addExpanded(expanded, scalars, 8, 2, partial); break;
    default: break;
  }
}

AVX2 void ax_collect_expanded_avx2(uint32_t *partial, long count, long width) {
  for (long i = 0; i < count * width; i += 16) {
    __m256i all = _mm256_loadu_si256((__m256i *)(partial + i));
    __m256i odd = _mm256_loadu_si256((__m256i *)(partial + i + 8));
    __m256i even = _mm256_sub_epi32(all, _mm256_slli_epi32(odd, 16));
    __m256i low = _mm256_unpacklo_epi32(even, odd), high = _mm256_unpackhi_epi32(even, odd);
    _mm256_storeu_si256((__m256i *)(partial + i), _mm256_permute2x128_si256(low, high, 0x20));
    _mm256_storeu_si256((__m256i *)(partial + i + 8), _mm256_permute2x128_si256(low, high, 0x31));
  }
}

#endif
