#include "CTableKernels.h"

#include "vectors.h"

#if defined(__x86_64__)

// Both multiply-adds are exact modulo 2^32: products of signed 16-bit numbers, added without
// saturation. `count` sums, a constant, share the lanes that are loaded.

AVX512 INLINE void tile512(const uint32_t *lanes, long pairs, const uint32_t *scalars,
                           uint32_t *sums, long sumRow, int count) {
  __m512i sum[4][4];
  for (int s = 0; s < count; s++) {
    for (int v = 0; v < 4; v++) sum[s][v] = _mm512_loadu_si512(sums + s * sumRow + 16 * v);
  }
  for (long p = 0; p < pairs; p++) {
    __m512i lane[4];
    for (int v = 0; v < 4; v++) lane[v] = _mm512_loadu_si512(lanes + 64 * p + 16 * v);
    for (int s = 0; s < count; s++) {
      __m512i scalar = _mm512_set1_epi32((int)scalars[s * pairs + p]);
      for (int v = 0; v < 4; v++) sum[s][v] = _mm512_dpwssd_epi32(sum[s][v], lane[v], scalar);
    }
  }
  for (int s = 0; s < count; s++) {
    for (int v = 0; v < 4; v++) _mm512_storeu_si512(sums + s * sumRow + 16 * v, sum[s][v]);
  }
}

AVX512 void ax_add_pairs_avx512(const uint32_t *lanes, long pairs, const uint32_t *scalars,
                                long count, uint32_t *sums, long sumRow) {
  long s = 0;
  for (; s + 4 <= count; s += 4) {
    tile512(lanes, pairs, scalars + s * pairs, sums + s * sumRow, sumRow, 4);
  }
  for (; s < count; s++) {
    tile512(lanes, pairs, scalars + s * pairs, sums + s * sumRow, sumRow, 1);
  }
}

AVX2 INLINE void tile256(const uint32_t *lanes, long pairs, const uint32_t *scalars,
                         uint32_t *sums, long sumRow, int count) {
  __m256i sum[4][2];
  for (int s = 0; s < count; s++) {
    for (int v = 0; v < 2; v++) {
      sum[s][v] = _mm256_loadu_si256((__m256i *)(sums + s * sumRow + 8 * v));
    }
  }
  for (long p = 0; p < pairs; p++) {
    __m256i lane[2];
    for (int v = 0; v < 2; v++) {
      lane[v] = _mm256_loadu_si256((const __m256i *)(lanes + 64 * p + 8 * v));
    }
    for (int s = 0; s < count; s++) {
      __m256i scalar = _mm256_set1_epi32((int)scalars[s * pairs + p]);
      for (int v = 0; v < 2; v++) {
        sum[s][v] = _mm256_add_epi32(sum[s][v], _mm256_madd_epi16(lane[v], scalar));
      }
    }
  }
  for (int s = 0; s < count; s++) {
    for (int v = 0; v < 2; v++) {
      _mm256_storeu_si256((__m256i *)(sums + s * sumRow + 8 * v), sum[s][v]);
    }
  }
}

AVX2 void ax_add_pairs_avx2(const uint32_t *lanes, long pairs, const uint32_t *scalars, long count,
                            uint32_t *sums, long sumRow) {
  for (long lane = 0; lane < 64; lane += 16) {
    long s = 0;
    for (; s + 4 <= count; s += 4) {
      tile256(lanes + lane, pairs, scalars + s * pairs, sums + s * sumRow + lane, sumRow, 4);
    }
    for (; s < count; s++) {
      tile256(lanes + lane, pairs, scalars + s * pairs, sums + s * sumRow + lane, sumRow, 1);
    }
  }
}

AVX2 void ax_pair_bytes_avx2(const uint8_t *first, const uint8_t *second, uint32_t *pairs) {
  for (int i = 0; i < 64; i++) pairs[i] = first[i] | (uint32_t)second[i] << 16;
}

AVX2 void ax_pair_factors_avx2(const uint8_t *first, const uint8_t *second, const int16_t *factors,
                               uint32_t *pairs) {
  for (int i = 0; i < 64; i++) {
    pairs[i] = (uint16_t)factors[first[i]] | (uint32_t)(uint16_t)factors[second[i]] << 16;
  }
}

AVX512 void ax_pair_factors_avx512(const uint8_t *first, const uint8_t *second,
                                   const uint8_t *planes, uint32_t *pairs) {
  __m512i table[8], low[2], high[2], words[4];
  loadPlanes(planes, table);
  lookUp(table, _mm512_loadu_si512(first), &low[0], &high[0]);
  lookUp(table, _mm512_loadu_si512(second), &low[1], &high[1]);
  __m512i lower[2], upper[2];
  for (int i = 0; i < 2; i++) {
    lower[i] = _mm512_unpacklo_epi8(low[i], high[i]);
    upper[i] = _mm512_unpackhi_epi8(low[i], high[i]);
  }
  words[0] = _mm512_unpacklo_epi16(lower[0], lower[1]);
  words[1] = _mm512_unpackhi_epi16(lower[0], lower[1]);
  words[2] = _mm512_unpacklo_epi16(upper[0], upper[1]);
  words[3] = _mm512_unpackhi_epi16(upper[0], upper[1]);
  orderParts(words);
  for (int i = 0; i < 4; i++) _mm512_storeu_si512(pairs + 16 * i, words[i]);
}

#endif
