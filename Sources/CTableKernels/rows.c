#include "CTableKernels.h"

#include "vectors.h"

#if defined(__x86_64__)

// Sums of bytes in words: `all` adds both bytes of each word modulo 2^16, `odd` the upper byte alone.
// Both are enough for 256 steps: the sum of upper bytes is exact, and what it leaves of `all` is the
// sum of lower bytes, below 2^16 too.
typedef struct {
  __m512i all, odd;
} ByteSums;

AVX512 INLINE void add(ByteSums *sums, __m512i bytes) {
  sums->all = _mm512_add_epi16(sums->all, bytes);
  sums->odd = _mm512_add_epi16(sums->odd, _mm512_srli_epi16(bytes, 8));
}

AVX512 INLINE void store(ByteSums low, ByteSums high, uint32_t *sums) {
  __m512i zero = _mm512_setzero_si512();
  __m512i lowEven = _mm512_sub_epi16(low.all, _mm512_slli_epi16(low.odd, 8));
  __m512i highEven = _mm512_sub_epi16(high.all, _mm512_slli_epi16(high.odd, 8));
  __m512i lows[2] = {_mm512_unpacklo_epi16(lowEven, low.odd),
                     _mm512_unpackhi_epi16(lowEven, low.odd)};
  __m512i highs[2] = {_mm512_unpacklo_epi16(highEven, high.odd),
                      _mm512_unpackhi_epi16(highEven, high.odd)};
  __m512i words[4];
  for (int i = 0; i < 2; i++) {
    __m512i first = _mm512_slli_epi32(_mm512_unpacklo_epi16(highs[i], zero), 8);
    __m512i second = _mm512_slli_epi32(_mm512_unpackhi_epi16(highs[i], zero), 8);
    words[2 * i] = _mm512_add_epi32(_mm512_unpacklo_epi16(lows[i], zero), first);
    words[2 * i + 1] = _mm512_add_epi32(_mm512_unpackhi_epi16(lows[i], zero), second);
  }
  orderParts(words);
  for (int i = 0; i < 4; i++) {
    __m512i before = _mm512_loadu_si512(sums + 16 * i);
    _mm512_storeu_si512(sums + 16 * i, _mm512_add_epi32(before, words[i]));
  }
}

// The rows of four steps ahead are fetched from the second-level cache in time.
enum { ahead = 4 };

// `blocks`, a constant, is the number of vectors that share each row.
AVX512 INLINE void addBlocks(const uint8_t *planes, const uint8_t *lanes, long laneCount,
                             long steps, const uint8_t *scalars, long stepStride, uint32_t *sums,
                             int blocks) {
  ByteSums low[4], high[4];
  for (int b = 0; b < blocks; b++) {
    low[b].all = low[b].odd = high[b].all = high[b].odd = _mm512_setzero_si512();
  }
  for (long k = 0; k < steps; k++) {
    __m512i row[8];
    loadPlanes(planes + 512 * (long)scalars[k * stepStride], row);
    if (k + ahead < steps) {
      const uint8_t *next = planes + 512 * (long)scalars[(k + ahead) * stepStride];
      for (int i = 0; i < 8; i++) __builtin_prefetch(next + 64 * i);
    }
    for (int b = 0; b < blocks; b++) {
      __m512i lowBytes, highBytes;
      lookUp(row, _mm512_loadu_si512(lanes + k * laneCount + 64 * b), &lowBytes, &highBytes);
      add(&low[b], lowBytes);
      add(&high[b], highBytes);
    }
  }
  for (int b = 0; b < blocks; b++) store(low[b], high[b], sums + 64 * b);
}

AVX512 void ax_add_rows_avx512(const uint8_t *planes, const uint8_t *lanes, long laneCount,
                               long steps, AXScalarOperands scalars, uint32_t *sums, long sumRow) {
  for (long s = 0; s < scalars.count; s++) {
    const uint8_t *values = scalars.values + s * scalars.sumStride;
    uint32_t *row = sums + s * sumRow;
    long stride = scalars.stepStride, lane = 0;
    for (; lane + 256 <= laneCount; lane += 256) {
      addBlocks(planes, lanes + lane, laneCount, steps, values, stride, row + lane, 4);
    }
    switch ((laneCount - lane) / 64) {
      case 3:
        addBlocks(planes, lanes + lane, laneCount, steps, values, stride, row + lane, 3);
        break;
      case 2:
        addBlocks(planes, lanes + lane, laneCount, steps, values, stride, row + lane, 2);
        break;
      case 1:
        addBlocks(planes, lanes + lane, laneCount, steps, values, stride, row + lane, 1);
        break;
      default:
        break;
    }
  }
}

#endif
