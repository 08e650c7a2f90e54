#ifndef TK_POOLING_H
#define TK_POOLING_H

#include <stddef.h>
#include <stdint.h>

/// The cells a window covers along one axis: `count` of them from `first` on, `step` apart, all inside the input.
typedef struct {
  size_t first, count, step;
  /// What an average divides by: the cells covered, perhaps with those of the padding.
  size_t divisor;
} tk_span;

/// A pool over three axes; `spans[a]` holds one span for each of the `out[a]` positions.
typedef struct {
  size_t batch, channels;
  size_t in[3], out[3];
  const tk_span *_Nonnull spans[3];
} tk_pool;

/// The largest value of every window, 0 where a window covers nothing. `places` receives the cell of the example that it
/// comes from, the first of equals, -1 for none; it may be null.
void tk_max_pool(const tk_pool *_Nonnull shape, const float *_Nonnull x, float *_Nonnull y, int32_t *_Nullable places);

void tk_max_pool_backward(
    const tk_pool *_Nonnull shape, const int32_t *_Nonnull places, const float *_Nonnull dy, float *_Nonnull dx);

/// The sum of every window divided by the product of its divisors.
void tk_average_pool(const tk_pool *_Nonnull shape, const float *_Nonnull x, float *_Nonnull y);

void tk_average_pool_backward(const tk_pool *_Nonnull shape, const float *_Nonnull dy, float *_Nonnull dx);

/// An unpool puts the `in_cells` cells of each example among `out_cells`.
typedef struct {
  size_t batch, channels, in_cells, out_cells;
} tk_unpool;

/// y = the values of x at their places, as `tk_max_pool` found them, and 0 elsewhere; the last of several in one place.
void tk_max_unpool(
    const tk_unpool *_Nonnull shape, const int32_t *_Nonnull places, const float *_Nonnull x, float *_Nonnull y);

/// dx = dy at the places, also where another value took one, as in PyTorch.
void tk_max_unpool_backward(
    const tk_unpool *_Nonnull shape, const int32_t *_Nonnull places, const float *_Nonnull dy, float *_Nonnull dx);

#endif
