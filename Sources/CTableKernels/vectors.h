// What the AVX-512 kernels share.
#ifndef AXTRAIN_TABLE_VECTORS_H
#define AXTRAIN_TABLE_VECTORS_H

#if defined(__x86_64__)
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define AVX512                                                                              \
  __attribute__((target("avx2,avx512f,avx512bw,avx512dq,avx512vl,avx512vbmi,avx512vnni"), \
                 min_vector_width(512)))
#define INLINE static inline __attribute__((always_inline))

// The low and high bytes of 64 words out of 256. Two permutations look up the lower and the upper
// half, as if the index had 7 bits; its top bit chooses between them.
AVX512 INLINE void lookUp(const __m512i planes[8], __m512i indices, __m512i *low, __m512i *high) {
  __mmask64 upper = _mm512_movepi8_mask(indices);
  __m512i low0 = _mm512_permutex2var_epi8(planes[0], indices, planes[1]);
  __m512i low1 = _mm512_permutex2var_epi8(planes[2], indices, planes[3]);
  __m512i high0 = _mm512_permutex2var_epi8(planes[4], indices, planes[5]);
  __m512i high1 = _mm512_permutex2var_epi8(planes[6], indices, planes[7]);
  *low = _mm512_mask_mov_epi8(low0, upper, low1);
  *high = _mm512_mask_mov_epi8(high0, upper, high1);
}

AVX512 INLINE void loadPlanes(const uint8_t *from, __m512i planes[8]) {
  for (int i = 0; i < 8; i++) planes[i] = _mm512_load_si512(from + 64 * i);
}

// Interleaving works within parts of 128 bits: part j of vector q holds words 16j + 4q and on. This
// puts 64 words into their order.
AVX512 INLINE void orderParts(__m512i q[4]) {
  __m512i t0 = _mm512_shuffle_i32x4(q[0], q[1], 0x44);
  __m512i t1 = _mm512_shuffle_i32x4(q[2], q[3], 0x44);
  __m512i t2 = _mm512_shuffle_i32x4(q[0], q[1], 0xEE);
  __m512i t3 = _mm512_shuffle_i32x4(q[2], q[3], 0xEE);
  q[0] = _mm512_shuffle_i32x4(t0, t1, 0x88);
  q[1] = _mm512_shuffle_i32x4(t0, t1, 0xDD);
  q[2] = _mm512_shuffle_i32x4(t2, t3, 0x88);
  q[3] = _mm512_shuffle_i32x4(t2, t3, 0xDD);
}

#endif
#endif
