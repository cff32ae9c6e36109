// What the kernels of every set of instructions share.
#ifndef AXTRAIN_ARRAY_VECTORS_H
#define AXTRAIN_ARRAY_VECTORS_H

#include <stdint.h>
#include <string.h>

#include "CArrayKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// Sixteen neighbors of a row at once.
typedef uint8_t bytes16 __attribute__((vector_size(16)));
typedef uint16_t words16 __attribute__((vector_size(32)));
typedef int16_t shorts16 __attribute__((vector_size(32)));
typedef int32_t ints16 __attribute__((vector_size(64)));
typedef uint32_t uints16 __attribute__((vector_size(64)));
typedef int64_t longs16 __attribute__((vector_size(128)));
typedef uint64_t ulongs16 __attribute__((vector_size(128)));
typedef uint8_t bytes32 __attribute__((vector_size(32)));
typedef uint64_t longs4 __attribute__((vector_size(32)));

#define LOAD(type, from)                   \
  ({                                       \
    type value;                            \
    memcpy(&value, (from), sizeof(value)); \
    value;                                 \
  })
#define STORE(to, value)                   \
  do {                                     \
    __typeof__(value) stored = (value);    \
    memcpy((to), &stored, sizeof(stored)); \
  } while (0)

// first..<last, empty where last <= first.
typedef struct {
  int64_t first, last;
} Range;

// Which function of a name: one for each set of instructions and width of words.
#define AX_JOINED(name, suffix) name##suffix
#define AX_NAMED(name, suffix) AX_JOINED(name, suffix)

static inline int64_t ax_least(int64_t a, int64_t b) { return a < b ? a : b; }
static inline int64_t ax_largest(int64_t a, int64_t b) { return a > b ? a : b; }

// The columns c of a row in which `time - c` is one of 0..<count.
static inline Range ax_wave(int64_t time, int64_t count, int64_t columns) {
  Range range = {ax_largest(0, time - count + 1), ax_least(columns, time + 1)};
  if (range.last < range.first) range.last = range.first;
  return range;
}

#endif
