#ifndef TK_ATTENTION_H
#define TK_ATTENTION_H

#include <stdbool.h>
#include <stddef.h>

/// Scaled dot products: q is [batch, queries, heads, width], k [batch, keys, heads, width], v [batch, keys, heads, values],
/// y [batch, queries, heads, values].
typedef struct {
  size_t batch, heads, queries, keys, width, values;
  float scale;
} tk_attention;

/// y = softmax(scale * q * k turned over) * v for each head. False where memory is missing, as for the other.
bool tk_attention_forward(
    const tk_attention *_Nonnull shape, const float *_Nonnull q, const float *_Nonnull k, const float *_Nonnull v,
    float *_Nonnull y);

/// The derivatives by q, k and v. The weights of the mean are worked out again, some rows at a time, so that all of them
/// are never in memory at once.
bool tk_attention_backward(
    const tk_attention *_Nonnull shape, const float *_Nonnull q, const float *_Nonnull k, const float *_Nonnull v,
    const float *_Nonnull dy, float *_Nonnull dq, float *_Nonnull dk, float *_Nonnull dv);

#endif
