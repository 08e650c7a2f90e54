#ifndef TK_REARRANGE_H
#define TK_REARRANGE_H

#include <stddef.h>
#include <stdint.h>

enum { tk_permuted_axes = 9 };

/// Axes in another order: `extents` are those of the target, `strides` what a step along each costs in the source.
typedef struct {
  size_t extents[tk_permuted_axes];
  size_t strides[tk_permuted_axes];
} tk_permutation;

void tk_permute(const tk_permutation *_Nonnull shape, const float *_Nonnull x, float *_Nonnull y);

/// Copies `columns` floats of each of `rows` rows, which lie `x_row` and `y_row` apart.
void tk_copy_columns(
    const float *_Nonnull x, size_t x_row, float *_Nonnull y, size_t y_row, size_t rows, size_t columns);

/// Every cell of y is a weighted sum of `taps[a]` cells of x along each axis: tap t of position i reads cell
/// `cells[a][i * taps[a] + t]`, or nothing where that is -1, times `weights[a][i * taps[a] + t]`.
typedef struct {
  size_t batch, channels;
  size_t in[3], out[3], taps[3];
  const int32_t *_Nonnull cells[3];
  const float *_Nonnull weights[3];
} tk_resampling;

void tk_resample(const tk_resampling *_Nonnull shape, const float *_Nonnull x, float *_Nonnull y);

void tk_resample_backward(const tk_resampling *_Nonnull shape, const float *_Nonnull dy, float *_Nonnull dx);

#endif
