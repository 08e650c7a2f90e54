#ifndef TK_DENSE_H
#define TK_DENSE_H

#include <stdbool.h>
#include <stddef.h>

/// The sizes of a dense layer: x is [rows, inputs], w [inputs, outputs], y [rows, outputs].
typedef struct {
  size_t rows, inputs, outputs;
} tk_dense;

/// y = bias + x * w. The bias may be null. False where memory is missing, as for the others.
bool tk_dense_forward(
    const tk_dense *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull w, const float *_Nullable bias,
    float *_Nonnull y);

/// dx = dy * w turned over
bool tk_dense_input(
    const tk_dense *_Nonnull shape, const float *_Nonnull dy, const float *_Nonnull w, float *_Nonnull dx);

/// dw = x turned over * dy
bool tk_dense_weights(
    const tk_dense *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull dy, float *_Nonnull dw);

/// sums[j] = the sum of column j of x [rows, columns].
void tk_sum_rows(const float *_Nonnull x, size_t rows, size_t columns, float *_Nonnull sums);

#endif
