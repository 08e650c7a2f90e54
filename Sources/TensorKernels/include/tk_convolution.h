#ifndef TK_CONVOLUTION_H
#define TK_CONVOLUTION_H

#include <stdbool.h>
#include <stddef.h>

/// A convolution over up to three axes; axes that are missing come first and have extents of 1.
///
/// Cells lie in rows with their channels last; weights are [kernel..., in_channels / groups, out_channels].
typedef struct {
  size_t batch, groups, in_channels, out_channels;
  size_t in[3], out[3], kernel[3], stride[3], dilation[3];
  /// Cells of padding before the first; a negative number skips cells.
  ptrdiff_t before[3];
} tk_convolution;

/// y = bias + the convolution of x. The bias may be null. False where memory is missing, as for the others.
bool tk_convolution_forward(
    const tk_convolution *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull w, const float *_Nullable bias,
    float *_Nonnull y);

/// dx = bias + the derivative by x: the transposed convolution of dy. The bias may be null.
bool tk_convolution_transposed(
    const tk_convolution *_Nonnull shape, const float *_Nonnull dy, const float *_Nonnull w, const float *_Nullable bias,
    float *_Nonnull dx);

/// dw = the derivative by the weights.
bool tk_convolution_weights(
    const tk_convolution *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull dy, float *_Nonnull dw);

#endif
