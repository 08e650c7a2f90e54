#ifndef TK_LINES_H
#define TK_LINES_H

#include <stdbool.h>
#include <stddef.h>

/// A tensor seen as lines, [outer, count, inner]: a line is `count` elements that lie `inner` apart.
typedef struct {
  size_t outer, count, inner;
} tk_lines;

/// What a line becomes. The norm is the root of the sum of the squares.
typedef enum { tk_line_sum, tk_line_mean, tk_line_maximum, tk_line_minimum, tk_line_norm } tk_reduction;

/// y [outer, inner] = one number for each line of x.
void tk_reduce(tk_reduction kind, const tk_lines *_Nonnull shape, const float *_Nonnull x, float *_Nonnull y);

/// dx, from x and its reduction y. Equal extremes share in equal parts; a norm of 0 has a derivative of 0.
void tk_reduce_backward(
    tk_reduction kind, const tk_lines *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull y,
    const float *_Nonnull dy, float *_Nonnull dx);

/// y = e^x / (the sum of e^x) in every line, or the logarithm of that.
void tk_softmax(const tk_lines *_Nonnull shape, bool logarithm, const float *_Nonnull x, float *_Nonnull y);

void tk_softmax_backward(
    const tk_lines *_Nonnull shape, bool logarithm, const float *_Nonnull y, const float *_Nonnull dy,
    float *_Nonnull dx);

/// y = x / the larger of its line's norm and epsilon.
void tk_unit(
    const tk_lines *_Nonnull shape, float epsilon, const float *_Nonnull x, const float *_Nonnull norms,
    float *_Nonnull y);

void tk_unit_backward(
    const tk_lines *_Nonnull shape, float epsilon, const float *_Nonnull y, const float *_Nonnull norms,
    const float *_Nonnull dy, float *_Nonnull dx);

#endif
