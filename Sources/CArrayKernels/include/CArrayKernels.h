// The registers of a processing-element array, stepped cycle by cycle. Structures of arrays: one array
// a kind of register, row after row, `stride` elements apart: a multiple of 16, at least the columns.
// What stands between the columns and the stride is never valid and stays 0.
//
// Words of operands have a byte, products two bytes, by a table, and sums four; or two, four and eight
// bytes (`isWide`), and the products of a cycle are computed.
#ifndef AXTRAIN_ARRAY_KERNELS_H
#define AXTRAIN_ARRAY_KERNELS_H

#include <stdint.h>

// What was clocked, in registers, and how many of their bits changed: of links, which are the wires into
// an element from the one before it or the array's edge and those from the last row to the bank, and of
// all others. Cycles include those of loads and drains.
typedef struct {
  int64_t cycles;
  int64_t shadowClocks, stationaryClocks, movingClocks, productClocks, pipelineClocks, sumClocks;
  int64_t bankReads, bankWrites;
  int64_t localToggles, linkToggles;
} AXArrayCounts;

// The set of instructions that steps an array: the machine's best, or one for a test. One that the
// machine lacks is never taken.
enum { AX_BEST = 0, AX_PORTABLE = 1, AX_AVX2 = 2 };

// An accumulator of `width` bits: 8 to 32, of wide words to 48.
typedef struct {
  int32_t width;
  int32_t saturates;
} AXAccumulator;

// What a multiplier gives for `count` pairs of words. `high` is the weight where an array says so of its
// table's index.
typedef void (*AXProducts)(const void *context, int64_t count, const uint16_t *high,
                           const uint16_t *low, uint32_t *products);

// The products of wide words.
typedef struct {
  AXProducts compute;
  const void *context;
  // A product for each element, rows x stride: those of a cycle.
  uint32_t *products;
} AXWideProducts;

// Weight and input stationary: one operand stays in its element, the other moves along the rows, sums
// move down the columns.
typedef struct {
  int32_t rows, columns;
  int64_t stride;
  // Words of operands.
  void *shadow, *stationary, *moving;
  // What the moving register held before: no register, but what a late multiplier comes from.
  void *previous;
  // In two's complement or unsigned, as `productsAreSigned` says.
  void *product;
  // Registers between product and adder: stage after stage, each as `product`.
  void *pipeline;
  int32_t pipelineStages;
  void *sum;
  // Sums, vectors x stride.
  void *bank;
  int32_t isWide;
  // 65,536 products at [stationary << 8 | moving], of bytes.
  const uint16_t *table;
  // High words are the stationary ones.
  AXWideProducts wide;
  int32_t productsAreSigned;
  // The bits that a product register has.
  uint32_t productMask;
  AXAccumulator accumulator;
  // Of bytes: for each element the captured products at [(stationary << 8 | previous) << 8 | moving],
  // or NULL where all are right; NULL: all elements are right.
  const uint16_t *const *captured;
  int32_t instructions;
} AXStationaryArray;

// A fold: words of operands are read at base[row * rowStride + column * columnStride], and
// base[vector * vectorStride + row * rowStride].
typedef struct {
  const void *stationary;
  int64_t stationaryRow, stationaryColumn;
  const void *moving;
  int64_t movingVector, movingRow;
  int32_t usedRows, usedColumns, vectors;
  // Whether sums begin with what the bank holds, or with 0.
  int32_t continuesSums;
} AXStationaryFold;

// The cycles first..<last of the stationary operand's way down the columns, of `rows` in all. The
// last one makes the elements take it over.
void ax_stationary_load(AXStationaryArray *array, const AXStationaryFold *fold, int64_t first,
                        int64_t last, AXArrayCounts *counts);
// The cycles first..<last of the stream, of vectors + rows + columns + pipelineStages + 1 in all.
void ax_stationary_stream(AXStationaryArray *array, const AXStationaryFold *fold, int64_t first,
                          int64_t last, AXArrayCounts *counts);

// What a multiplier gives whose operands were `previous` a cycle ago and are `current` now; both are
// weight << 8 | activation.
typedef uint16_t (*AXPairCapture)(const void *context, int32_t element, uint16_t previous,
                                  uint16_t current);

// Output stationary: both operands move, sums stay and leave at the end.
typedef struct {
  int32_t rows, columns;
  int64_t stride;
  void *activation, *weight;
  void *product;
  // As in a stationary array.
  void *pipeline;
  int32_t pipelineStages;
  void *sum, *bank;
  // Vectors of the bank.
  int64_t bankVectors;
  int32_t isWide;
  // 65,536 products at [weight << 8 | activation], of bytes.
  const uint16_t *table;
  // High words are the weights.
  AXWideProducts wide;
  int32_t productsAreSigned;
  uint32_t productMask;
  AXAccumulator accumulator;
  // Of bytes: NULL where all products are those of the table; else what the operand registers held
  // before.
  AXPairCapture capture;
  const void *context;
  void *previousActivation, *previousWeight;
  int32_t instructions;
} AXOutputArray;

// Activations at [row * activationRow + k], weights at [k * weightRow + column], results, which are sums,
// at [row * resultRow + column].
typedef struct {
  const void *activations;
  int64_t activationRow;
  const void *weights;
  int64_t weightRow;
  void *results;
  int64_t resultRow;
  int32_t usedRows, usedColumns;
  int64_t steps;
} AXOutputFold;

// The cycles first..<last, of steps + 2 * rows + columns + pipelineStages in all. movingClocks counts
// activations and stationaryClocks weights.
void ax_output_step(AXOutputArray *array, const AXOutputFold *fold, int64_t first, int64_t last,
                    AXArrayCounts *counts);

#endif
