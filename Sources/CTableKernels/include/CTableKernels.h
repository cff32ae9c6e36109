// Matrix products through a table of 65,536 products, and the errors of their products, for x86-64
// with AVX2 and with AVX-512 VBMI and VNNI. All sums are modulo 2^32 and equal, bit for bit, those of
// the Swift code in TableArithmetic that chooses between these kernels.
//
// One operand of a product varies along the lanes of a vector, the other is the same in all of them:
// sums[s][lane] += sum over k of table[scalars[s][k]][lanes[k][lane]]. Which of activations and
// weights is which is the caller's choice.
#ifndef AXTRAIN_TABLE_KERNELS_H
#define AXTRAIN_TABLE_KERNELS_H

#include <stdint.h>

#if defined(__x86_64__)

int32_t ax_tables_have_avx2(void);
int32_t ax_tables_have_avx512(void);

// The scalar operands: that of sum s and step k is at values[s * sumStride + k * stepStride].
typedef struct {
  const uint8_t *values;
  long sumStride, stepStride, count;
} AXScalarOperands;

// rows.c. Looks up 64 products at once in a row of the table that is held in registers.
//
// planes: for each scalar value the 256 low bytes, then the 256 high bytes of its products, aligned
// to 64 bytes. lanes: `steps` rows of `laneCount` bytes, a multiple of 64. steps: at most 256.
// sums: rows of `laneCount`, `sumRow` words apart.
void ax_add_rows_avx512(const uint8_t *planes, const uint8_t *lanes, long laneCount, long steps,
                        AXScalarOperands scalars, uint32_t *sums, long sumRow);

// expansion.c. Lays the products of a few lanes out by scalar value, so that each scalar adds one
// contiguous run of them.
//
// table: 65,536 products, 256 consecutive ones for each value of a lane. lanes: `steps` rows of
// `width` bytes, `laneStride` apart; width is 16 or 32. expanded: steps * 256 * width words.
void ax_expand_avx2(const uint16_t *table, const uint8_t *lanes, long laneStride, long steps,
                    long width, uint16_t *expanded);

// steps: 1, 2, 4 or 8. partial: count * width words, zero before the first call.
void ax_add_expanded_avx2(const uint16_t *expanded, AXScalarOperands scalars, long steps,
                          long width, uint32_t *partial);

// Turns what the calls above have added up into sums, in place: count rows of `width` lanes.
void ax_collect_expanded_avx2(uint32_t *partial, long count, long width);

// pairs.c. Integer products of 16-bit factors, two steps at a time.
//
// lanes: `pairs` rows of 64 pairs; scalars: for each of `count` sums `pairs` pairs; the low half of a
// pair belongs to the first step. sums: `count` rows of 64, `sumRow` words apart.
void ax_add_pairs_avx2(const uint32_t *lanes, long pairs, const uint32_t *scalars, long count,
                       uint32_t *sums, long sumRow);
void ax_add_pairs_avx512(const uint32_t *lanes, long pairs, const uint32_t *scalars, long count,
                         uint32_t *sums, long sumRow);

// Makes one row of 64 pairs out of the bytes of two steps: the bytes themselves, or the factors that
// they stand for: 256 of 16 bits (avx2), or their low and then their high bytes, aligned to 64
// (avx512).
void ax_pair_bytes_avx2(const uint8_t *first, const uint8_t *second, uint32_t *pairs);
void ax_pair_factors_avx2(const uint8_t *first, const uint8_t *second, const int16_t *factors,
                          uint32_t *pairs);
void ax_pair_factors_avx512(const uint8_t *first, const uint8_t *second, const uint8_t *planes,
                            uint32_t *pairs);

// draws.c. Finds the wrong products of a stretch of operations, as ProductErrorDraws.swift says: the
// lanes of two sets hold runs of consecutive draws, each of one segment after the other.
enum { AX_ERROR_SETS = 2, AX_ERROR_LANES = 16, AX_ERROR_SEGMENT = 1 << 14 };

typedef struct {
  // Of each lane: its segment and the number of its next draw.
  uint64_t segment[AX_ERROR_SETS][AX_ERROR_LANES], number[AX_ERROR_SETS][AX_ERROR_LANES];
  // Where in the segment its run's last error was (-1: nowhere yet), and the segment's first
  // operation, counted from that of the stretch.
  int32_t position[AX_ERROR_SETS][AX_ERROR_LANES], start[AX_ERROR_SETS][AX_ERROR_LANES];
  // How many lanes draw for a segment together: 1, 2, 4, 8 or 16. Set by ax_begin_error_draws.
  int32_t run;
  // How many operations the stretch has, at most 2^30.
  int32_t operations;
  // 1 / ln(1 - p).
  double scale;
  // Of the random numbers: the words of the key, and the second and fourth of the counter.
  uint32_t key[2], purpose, index;
} AXErrorDraws;

// Sets the lanes; start: the first operation of the first segment, 0 or less.
void ax_begin_error_draws(AXErrorDraws *draws, uint64_t firstSegment, int32_t start, int32_t run);

// Draws until no error is left or no room for more. Returns whether there may be more; count: how
// many errors were found, and of each the operation, counted from the first of the stretch, the
// random bits that choose its error, and the number of its draw. The errors of a segment come in
// order, those of several are mixed. capacity: at least 32.
int32_t ax_draw_errors_avx2(AXErrorDraws *draws, int64_t capacity, int32_t *operations,
                            uint64_t *bits, uint32_t *numbers, int64_t *count);
int32_t ax_draw_errors_avx512(AXErrorDraws *draws, int64_t capacity, int32_t *operations,
                              uint64_t *bits, uint32_t *numbers, int64_t *count);

// places.c. Finds the operands and sums of some products of a stretch of operations.

// Division of numbers below 2^31 as ReciprocalDivision.swift says: by (number * multiplier) >> shift.
typedef struct {
  uint32_t multiplier, shift, divisor;
} AXDivision;

// What operations are split by: those of an input vector, and those of a step.
typedef struct {
  AXDivision byVector, byOutput;
} AXOperationSplit;

// Where in memory, counted from the first of the call.
typedef struct {
  int64_t *activations, *weights, *sums;
} AXFoundProducts;

// Those of a product of matrices, all row-major; the first activation and sum are those of the
// stretch's first vector.
typedef struct {
  AXOperationSplit split;
  int64_t firstActivation, firstSum;
  uint32_t steps, outputs;
} AXMatrixPlaces;

void ax_find_matrix_avx2(const AXMatrixPlaces *places, const int32_t *operations, int64_t count,
                         AXFoundProducts found);
void ax_find_matrix_avx512(const AXMatrixPlaces *places, const int32_t *operations, int64_t count,
                           AXFoundProducts found);

// Those of a convolution, as ConvolutionShape.activationIndex says; an activation outside the image
// is at -1. The first activation and sum are those of the image of the stretch's first vector;
// firstPosition: that vector's output position in the image.
typedef struct {
  AXOperationSplit split;
  AXDivision byPosition, byColumn, byKernelColumn, byKernelRow, byFilter;
  int64_t firstActivation, firstSum;
  uint32_t firstPosition, steps, channelsPerGroup, inputCount, outputCount;
  uint32_t strideRows, strideColumns, dilationRows, dilationColumns, paddingTop, paddingLeft;
  uint32_t inputRows, inputColumns;
} AXConvolutionPlaces;

void ax_find_convolution_avx2(const AXConvolutionPlaces *places, const int32_t *operations,
                              int64_t count, AXFoundProducts found);
void ax_find_convolution_avx512(const AXConvolutionPlaces *places, const int32_t *operations,
                                int64_t count, AXFoundProducts found);

#endif
#endif
