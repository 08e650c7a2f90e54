#include <math.h>

#include "functions.h"
#include "levels.h"
#include "tk_memory.h"
#include "tk_normalization.h"
#include "tk_threads.h"

// The window of channel c begins size / 2 channels before it and ends (size - 1) / 2 behind it, as far as there are any.

typedef struct {
  const tk_lrn *shape;
  const float *x;
  const float *dy;
  float *out;
  float *powers;
  float *scratch;
} lrn_work;

// out[c] = the sum of x over the `before` channels before c, c, and the `after` channels behind it.
static void sum_around(const float *x, size_t channels, size_t before, size_t after, float *out) {
  for (size_t c = 0; c < channels; c++) {
    size_t first = c < before ? 0 : c - before, last = c + after < channels ? c + after : channels - 1;
    float sum = 0;
    for (size_t i = first; i <= last; i++) sum += x[i];
    out[c] = sum;
  }
}

TK_LOOP square_loop(const float *x, float *squares, size_t count) {
  for (size_t c = 0; c < count; c++) squares[c] = x[c] * x[c];
}

TK_LOOP divide_loop(const tk_lrn *shape, const float *x, float *sums, float *y) {
  float factor = shape->alpha / (float)shape->size;
  for (size_t c = 0; c < shape->channels; c++) {
    sums[c] = shape->k + factor * sums[c];
    y[c] = x[c] * fast_exp(-shape->beta * fast_log(sums[c]));
  }
}
TK_LEVELS(divide, (const tk_lrn *shape, const float *x, float *sums, float *y), (shape, x, sums, y))

static void forward_part(const void *context, size_t part, size_t parts) {
  const lrn_work *work = context;
  const tk_lrn *shape = work->shape;
  size_t channels = shape->channels;
  for (size_t row = tk_start(shape->rows, part, parts); row < tk_start(shape->rows, part + 1, parts); row++) {
    const float *x = work->x + row * channels;
    float *y = work->out + row * channels, *sums = work->powers + row * channels;
    square_loop(x, y, channels);
    sum_around(y, channels, shape->size / 2, (shape->size - 1) / 2, sums);
    divide(shape, x, sums, y);
  }
}

void tk_lrn_forward(const tk_lrn *shape, const float *x, float *y, float *powers) {
  lrn_work work = {.shape = shape, .x = x, .out = y, .powers = powers};
  tk_parallel(tk_parts(shape->rows * shape->channels), forward_part, &work);
}

static void backward_part(const void *context, size_t part, size_t parts) {
  const lrn_work *work = context;
  const tk_lrn *shape = work->shape;
  size_t channels = shape->channels;
  float *terms = work->scratch + part * 2 * channels, *sums = terms + channels;
  float factor = 2 * shape->beta * shape->alpha / (float)shape->size;
  for (size_t row = tk_start(shape->rows, part, parts); row < tk_start(shape->rows, part + 1, parts); row++) {
    const float *x = work->x + row * channels, *dy = work->dy + row * channels;
    const float *powers = work->powers + row * channels;
    float *dx = work->out + row * channels;
    for (size_t c = 0; c < channels; c++) {
      dx[c] = dy[c] * fast_exp(-shape->beta * fast_log(powers[c]));
      terms[c] = dx[c] * x[c] / powers[c];
    }
    // Channel c lies in the windows of those that reach back to it.
    sum_around(terms, channels, (shape->size - 1) / 2, shape->size / 2, sums);
    for (size_t c = 0; c < channels; c++) dx[c] -= factor * x[c] * sums[c];
  }
}

bool tk_lrn_backward(const tk_lrn *shape, const float *x, const float *powers, const float *dy, float *dx) {
  size_t parts = tk_parts(shape->rows * shape->channels);
  size_t bytes = parts * 2 * shape->channels * sizeof(float);
  float *scratch = tk_allocate(bytes);
  if (scratch == NULL) return false;
  lrn_work work = {.shape = shape, .x = x, .dy = dy, .out = dx, .powers = (float *)powers, .scratch = scratch};
  tk_parallel(parts, backward_part, &work);
  tk_release(scratch, bytes);
  return true;
}
