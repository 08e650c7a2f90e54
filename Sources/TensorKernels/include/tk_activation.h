#ifndef TK_ACTIVATION_H
#define TK_ACTIVATION_H

#include <stddef.h>

/// Functions of a single number.
typedef enum {
  tk_relu,
  tk_relu6,
  /// With a slope below zero.
  tk_leaky_relu,
  /// With alpha.
  tk_elu,
  tk_selu,
  /// With alpha.
  tk_celu,
  tk_gelu,
  tk_gelu_tanh,
  tk_silu,
  tk_mish,
  tk_sigmoid,
  tk_hard_sigmoid,
  tk_hard_swish,
  tk_tanh,
  tk_softplus,
  tk_exp,
  tk_log,
  tk_sqrt,
  tk_abs,
  tk_square,
  tk_reciprocal,
  /// With the lowest and the highest value.
  tk_clip,
  /// With the lowest and the highest value.
  tk_hard_tanh,
  tk_soft_sign,
  /// With the threshold.
  tk_soft_shrink,
} tk_activation;

/// y[i] = f(x[i]), with up to two parameters; y may be x.
void tk_activate(
    tk_activation kind, float first, float second, const float *_Nonnull x, float *_Nonnull y, size_t count);

/// dx[i] = dy[i] * f'(x[i]); dx may be dy.
void tk_activate_backward(
    tk_activation kind, float first, float second, const float *_Nonnull x, const float *_Nonnull dy,
    float *_Nonnull dx, size_t count);

/// y = x where it is positive, else x times the slope of its channel. There is one slope, or one a channel.
void tk_prelu(
    const float *_Nonnull x, size_t rows, size_t channels, const float *_Nonnull slopes, size_t slope_count,
    float *_Nonnull y);

/// dx, and dslopes: the derivatives by the slopes.
void tk_prelu_backward(
    const float *_Nonnull x, const float *_Nonnull dy, size_t rows, size_t channels, const float *_Nonnull slopes,
    size_t slope_count, float *_Nonnull dx, float *_Nonnull dslopes);

/// y = the first half of x's channels times the sigmoid of the second; x is [rows, 2, channels].
void tk_gate(const float *_Nonnull x, size_t rows, size_t channels, float *_Nonnull y);

void tk_gate_backward(
    const float *_Nonnull x, const float *_Nonnull dy, size_t rows, size_t channels, float *_Nonnull dx);

#endif
