#pragma once

#include <stdint.h>

// Loops of training for one instruction set each; all give the same bits.

/// Whether this processor has the set.
int32_t ax_training_has_avx2(void);
int32_t ax_training_has_avx512(void);

#define AX_TRAINING_KERNELS(set) \
  /* m = 0.9 m + 0.1 h, v = 0.999 v + 0.001 h^2, w -= rate m / (sqrt(v) + epsilon), where */ \
  /* h = g + decay w. */ \
  void ax_adam_##set(float *w, float *m, float *v, const float *g, int64_t count, float decay, \
                     float rate, float epsilon); \
  /* target[i] = source[i] / maximum. */ \
  void ax_scale_##set(const uint8_t *source, float *target, int64_t count, float maximum); \
  /* integers[i] = the low byte of zero + source[i] / scale, rounded half away from zero and */ \
  /* limited to least ... most, which zero is among; returns the sum of what was added to zero. */ \
  int32_t ax_quantize_##set(const float *source, uint8_t *integers, int64_t count, double scale, \
                            int32_t zero, int32_t least, int32_t most); \
  /* sums[i] = accumulators[i] + constant - zero * patches[i], limited to 32 bits; without patches */ \
  /* where these are null. */ \
  void ax_correct_##set(const int32_t *accumulators, const int32_t *patches, int32_t *sums, \
                        int64_t count, int32_t constant, int32_t zero); \
  /* integers[i] = the low byte of zero + sums[i] * multiplier / 2^shift, rounded half away from */ \
  /* zero and limited to least ... most. */ \
  void ax_requantize_##set(const int32_t *sums, uint8_t *integers, int64_t count, \
                           int32_t multiplier, int32_t shift, int32_t zero, int32_t least, \
                           int32_t most);

AX_TRAINING_KERNELS(portable)
AX_TRAINING_KERNELS(avx2)
AX_TRAINING_KERNELS(avx512)
