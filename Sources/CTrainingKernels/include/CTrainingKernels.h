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
                            int32_t zero, int32_t least, int32_t most);

AX_TRAINING_KERNELS(portable)
AX_TRAINING_KERNELS(avx2)
AX_TRAINING_KERNELS(avx512)
