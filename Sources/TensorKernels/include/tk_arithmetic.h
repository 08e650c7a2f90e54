#ifndef TK_ARITHMETIC_H
#define TK_ARITHMETIC_H

#include <stddef.h>
#include <stdint.h>

/// target[i] += source[i]
void tk_add(float *_Nonnull target, const float *_Nonnull source, size_t count);

/// target[i] *= factor
void tk_multiply_by(float *_Nonnull target, float factor, size_t count);

/// Functions of two numbers.
typedef enum { tk_sum, tk_difference, tk_product, tk_quotient, tk_maximum, tk_minimum, tk_power } tk_binary;

enum { tk_axes = 5 };

/// Two tensors of five axes, of which those with an extent of 1 are repeated along the other's: their strides are 0.
typedef struct {
  size_t extents[tk_axes];
  size_t a_strides[tk_axes], b_strides[tk_axes];
} tk_broadcast;

/// y = a op b, with the extents of the broadcast.
void tk_combine(
    tk_binary kind, const tk_broadcast *_Nonnull shape, const float *_Nonnull a, const float *_Nonnull b,
    float *_Nonnull y);

/// Which of two numbers something is derived by.
typedef enum { tk_by_a, tk_by_b } tk_side;

/// Adds the derivative by one side to d, which has that side's shape and begins as zeros. Of two equal numbers each takes
/// half of a maximum's or a minimum's. The derivative of a power by its exponent is 0 where its base is not positive.
void tk_combine_backward(
    tk_binary kind, tk_side side, const tk_broadcast *_Nonnull shape, const float *_Nonnull a, const float *_Nonnull b,
    const float *_Nonnull dy, float *_Nonnull d);

/// y = x times the factor of its channel.
void tk_scale_channels(
    const float *_Nonnull x, size_t rows, size_t channels, const float *_Nonnull factors, float *_Nonnull y);

/// sums[c] = the sum of x * y over the rows of channel c.
void tk_channel_products(
    const float *_Nonnull x, const float *_Nonnull y, size_t rows, size_t channels, float *_Nonnull sums);

/// y = x / (1 - rate) where chance keeps it, else 0: with a probability of `rate`, by the seed and the number of the choice
/// alone. Element i of an example belongs to its choice i modulo `choices`, which divides `elements`.
typedef struct {
  size_t examples, elements, choices;
  uint64_t seed;
  float rate;
} tk_dropout;

void tk_drop(const tk_dropout *_Nonnull shape, const float *_Nonnull x, float *_Nonnull y);

/// y = numbers of a standard normal distribution, by the seed and the place of each alone.
void tk_normal(uint64_t seed, float *_Nonnull y, size_t count);

#endif
