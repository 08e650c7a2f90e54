// What the ways to compute a convolution share.
#ifndef TK_CONVOLUTION_INTERNAL_H
#define TK_CONVOLUTION_INTERNAL_H

#include "product.h"
#include "tk_convolution.h"
#include "windows.h"

static inline size_t kernel_cells(const tk_convolution *shape) {
  return shape->kernel[0] * shape->kernel[1] * shape->kernel[2];
}

/// How the windows of a convolution read its input along an axis.
static inline window_axis forward_axis(const tk_convolution *shape, int a) {
  return (window_axis){
      .positions = shape->out[a],
      .taps = shape->kernel[a],
      .first = -shape->before[a],
      .step = (ptrdiff_t)shape->stride[a],
      .tap_step = (ptrdiff_t)shape->dilation[a],
      .extent = shape->in[a],
  };
}

/// One filter a channel: each channel is convolved by itself.
static inline bool is_depthwise(const tk_convolution *shape) {
  return shape->groups == shape->in_channels && shape->groups == shape->out_channels && shape->groups > 1;
}

/// Rows of windows times weights. Row i of the product belongs to position i; positions lie `out_step` cells apart in maps
/// of `out_extent` cells, beginning with `out_first`.
typedef struct {
  window_matrix windows;
  /// As many rows as the windows have columns; there may be none.
  right_side weights;
  size_t columns;
  size_t out_first[3], out_step[3], out_extent[3];
  /// Channels of a cell of y.
  size_t cell;
  const float *bias;
  float *y;
} window_product;

bool multiply_windows(const window_product *job);

/// Whether `multiply_lines` may stand for `multiply_windows` where positions follow each other in y, and is the better.
bool reads_lines(const window_product *job);
bool multiply_lines(const window_product *job);

bool depthwise_forward(
    const tk_convolution *shape, const float *x, const float *w, const float *bias, float *y);
bool depthwise_transposed(
    const tk_convolution *shape, const float *dy, const float *w, const float *bias, float *dx);
void depthwise_weights(const tk_convolution *shape, const float *x, const float *dy, float *dw);

#endif
