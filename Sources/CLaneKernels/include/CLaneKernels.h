// Word operations on blocks of 2,048 lanes, the transposition of bits, and sums of errors, compiled
// for several instruction sets. Each does bit for bit what the Swift code that calls it does without
// them (BlockSimulator, LaneValues, ErrorAccumulator).
#ifndef AXTRAIN_LANE_KERNELS_H
#define AXTRAIN_LANE_KERNELS_H

#include <stdint.h>

// nets[output] = operation(nets[a], nets[b], nets[c]); operations are numbered as in
// LaneOperation.
typedef struct {
  int32_t a, b, c, output;
  int32_t operation;
} AXInstruction;

// What a run of products adds up to, in eight lanes.
typedef struct {
  double errors[8], absolute[8], squares[8], worst[8], relative[8], worstRelative[8];
  uint64_t count[8], squaresLow[8], squaresHigh[8];
} AXErrorLanes;

// How products are read: word w stands for (w ^ flip) - (offset - 2^52). Row r has `length` products
// (a multiple of 8), of `inner` with `outer[r]`; the reciprocals are those of the magnitudes, or 0.
typedef struct {
  const double *inner, *innerReciprocals, *outer, *outerReciprocals;
  int64_t length;
  double offset;
  uint32_t flip;
  int32_t squaresAreWide;
} AXErrorRows;

// Whether this processor has the instructions. On other architectures than x86-64: 0.
int32_t ax_has_avx2(void);
int32_t ax_has_avx512(void);

// A net takes 256 bytes at `nets`, best aligned to 64.
void ax_run_avx2(const AXInstruction *instructions, long count, void *nets);
void ax_run_avx512(const AXInstruction *instructions, long count, void *nets);

// Sixteen 32x32 bit matrices, one in each word of the 32 vectors of 64 bytes at `rows`. Rows from
// `live` (16 or 32) on are 0 at the start.
void ax_transpose_avx2(void *rows, int32_t live);
void ax_transpose_avx512(void *rows, int32_t live);

void ax_add_errors_avx2(const uint32_t *products, long rows, const AXErrorRows *format,
                        AXErrorLanes *lanes);
void ax_add_errors_avx512(const uint32_t *products, long rows, const AXErrorRows *format,
                          AXErrorLanes *lanes);

// An operation on waveforms, rows of vectors of 64 bytes, one a time step. The first thirteen
// operations are those of AXInstruction, step by step; operand k is a row at `waves` if bit k of
// `moving` is set, else one vector at `levels`. 13 delays the row a by `delay` steps, without what
// lasts shorter: b is the level before, c a row to work in. 14 does the same for a row that is
// shorter than `delay`: b and c are the levels before and after. 15 counts the changes from the level
// b over the row a to the level c into transitions[output]. 16 to 28, with AVX-512 only, are the first
// thirteen operations with a delay of 2 to 21 steps: the output takes the operation's value in the
// step in which it has stood for `delay` steps, else it stays; both are at the level `before` before
// the row.
typedef struct {
  int32_t operation, moving, steps, delay;
  int32_t a, b, c, output;
  int32_t before;
} AXWaveInstruction;

void ax_run_waves_avx2(const AXWaveInstruction *instructions, long count, const void *levels,
                       void *waves, uint64_t *transitions);
void ax_run_waves_avx512(const AXWaveInstruction *instructions, long count, const void *levels,
                         void *waves, uint64_t *transitions);

#endif
