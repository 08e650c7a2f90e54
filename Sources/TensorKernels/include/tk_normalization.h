#ifndef TK_NORMALIZATION_H
#define TK_NORMALIZATION_H

#include <stdbool.h>
#include <stddef.h>

/// What is normalised together: x is [sets, rows, channels], and every group of neighbouring channels of a set has one mean
/// and one variance. Batch normalisation is one set of as many groups as channels.
typedef struct {
  size_t sets, rows, channels, groups;
  float epsilon;
  /// Factors and shifts are [channels], or, where this is set, [rows, channels].
  bool per_element;
} tk_norm;

/// The mean and the biased variance of every group: [sets, groups]. False where memory is missing, as for the others.
bool tk_norm_moments(
    const tk_norm *_Nonnull shape, const float *_Nonnull x, float *_Nonnull mean, float *_Nonnull variance);

/// y = (x - mean) / sqrt(variance + epsilon) * scale + shift; scale and shift may be null.
bool tk_norm_apply(
    const tk_norm *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull mean, const float *_Nonnull variance,
    const float *_Nullable scale, const float *_Nullable shift, float *_Nonnull y);

/// dx, for a mean and a variance that depend on x, or, where `fixed` is set, do not.
bool tk_norm_backward(
    const tk_norm *_Nonnull shape, bool fixed, const float *_Nonnull x, const float *_Nonnull mean,
    const float *_Nonnull variance, const float *_Nullable scale, const float *_Nonnull dy, float *_Nonnull dx);

/// dscale = the sums of dy * (x - mean) / sqrt(variance + epsilon), dshift = the sums of dy.
bool tk_norm_parameters(
    const tk_norm *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull mean, const float *_Nonnull variance,
    const float *_Nonnull dy, float *_Nonnull dscale, float *_Nonnull dshift);

/// The size of the window over channels, and the constants, of y = x / (k + alpha / size * (sum of squares))^beta.
typedef struct {
  size_t rows, channels, size;
  float alpha, beta, k;
} tk_lrn;

/// `powers` receives (k + alpha / size * (sum of squares)); it is what backward needs.
void tk_lrn_forward(const tk_lrn *_Nonnull shape, const float *_Nonnull x, float *_Nonnull y, float *_Nonnull powers);

bool tk_lrn_backward(
    const tk_lrn *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull powers, const float *_Nonnull dy,
    float *_Nonnull dx);

#endif
