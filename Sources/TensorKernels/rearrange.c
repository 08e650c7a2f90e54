#include "tk_rearrange.h"

#include <string.h>

#include "levels.h"
#include "tk_threads.h"

// MARK: - Axes in another order

typedef struct {
  const tk_permutation *shape;
  const float *x;
  float *y;
} permute_work;

static size_t permuted_rows(const tk_permutation *shape) {
  size_t rows = 1;
  for (int axis = 0; axis < tk_permuted_axes - 1; axis++) rows *= shape->extents[axis];
  return rows;
}

static void permute_part(const void *context, size_t part, size_t parts) {
  const permute_work *work = context;
  const tk_permutation *shape = work->shape;
  enum { last = tk_permuted_axes - 1 };
  size_t rows = permuted_rows(shape), count = shape->extents[last], step = shape->strides[last];
  for (size_t row = tk_start(rows, part, parts); row < tk_start(rows, part + 1, parts); row++) {
    size_t offset = 0, rest = row;
    for (int axis = last - 1; axis >= 0; axis--) {
      offset += rest % shape->extents[axis] * shape->strides[axis];
      rest /= shape->extents[axis];
    }
    const float *source = work->x + offset;
    float *target = work->y + row * count;
    if (step == 1) {
      memcpy(target, source, count * sizeof(float));
    } else {
      for (size_t i = 0; i < count; i++) target[i] = source[i * step];
    }
  }
}

void tk_permute(const tk_permutation *shape, const float *x, float *y) {
  permute_work work = {shape, x, y};
  tk_parallel(tk_parts(permuted_rows(shape) * shape->extents[tk_permuted_axes - 1]), permute_part, &work);
}

void tk_copy_columns(const float *x, size_t x_row, float *y, size_t y_row, size_t rows, size_t columns) {
  for (size_t row = 0; row < rows; row++) memcpy(y + row * y_row, x + row * x_row, columns * sizeof(float));
}

// MARK: - Cells from cells

typedef struct {
  const tk_resampling *shape;
  const float *from;
  float *to;
} resample_work;

TK_LOOP add_weighted_loop(float *restrict target, const float *restrict source, float weight, size_t count) {
  for (size_t c = 0; c < count; c++) target[c] += source[c] * weight;
}
TK_LEVELS(add_weighted, (float *target, const float *source, float weight, size_t count), (target, source, weight, count))

static size_t cells_of(const size_t *extents) { return extents[0] * extents[1] * extents[2]; }

// One example, either way: from cells of x to those of y, or from dy to dx.
static void run_example(const tk_resampling *shape, const float *from, float *to, int backward, size_t first, size_t end) {
  size_t channels = shape->channels;
  const size_t *taps = shape->taps;
  for (size_t index = first; index < end; index++) {
    size_t position[3] = {
        index / shape->out[2] / shape->out[1], index / shape->out[2] % shape->out[1], index % shape->out[2]};
    for (size_t tap = 0; tap < taps[0] * taps[1] * taps[2]; tap++) {
      size_t which[3] = {tap / taps[2] / taps[1], tap / taps[2] % taps[1], tap % taps[2]};
      size_t cell = 0;
      float weight = 1;
      for (int a = 0; a < 3; a++) {
        size_t entry = position[a] * taps[a] + which[a];
        int32_t place = shape->cells[a][entry];
        weight = place < 0 ? 0 : weight * shape->weights[a][entry];
        cell = cell * shape->in[a] + (size_t)(place < 0 ? 0 : place);
      }
      if (weight == 0) continue;
      if (backward) {
        add_weighted(to + cell * channels, from + index * channels, weight, channels);
      } else {
        add_weighted(to + index * channels, from + cell * channels, weight, channels);
      }
    }
  }
}

static void resample_part(const void *context, size_t part, size_t parts) {
  const resample_work *work = context;
  const tk_resampling *shape = work->shape;
  size_t cells = cells_of(shape->out), total = shape->batch * cells, channels = shape->channels;
  size_t first = tk_start(total, part, parts), end = tk_start(total, part + 1, parts);
  memset(work->to + first * channels, 0, (end - first) * channels * sizeof(float));
  while (first < end) {
    size_t n = first / cells, stop = (n + 1) * cells < end ? (n + 1) * cells : end;
    run_example(
        shape, work->from + n * cells_of(shape->in) * channels, work->to + n * cells * channels, 0, first - n * cells,
        stop - n * cells);
    first = stop;
  }
}

void tk_resample(const tk_resampling *shape, const float *x, float *y) {
  resample_work work = {shape, x, y};
  tk_parallel(tk_parts(shape->batch * cells_of(shape->out) * shape->channels), resample_part, &work);
}

// Cells of an example share targets, so threads share examples.
static void resample_back_part(const void *context, size_t part, size_t parts) {
  const resample_work *work = context;
  const tk_resampling *shape = work->shape;
  size_t from = cells_of(shape->out) * shape->channels, to = cells_of(shape->in) * shape->channels;
  for (size_t n = tk_start(shape->batch, part, parts); n < tk_start(shape->batch, part + 1, parts); n++) {
    memset(work->to + n * to, 0, to * sizeof(float));
    run_example(shape, work->from + n * from, work->to + n * to, 1, 0, cells_of(shape->out));
  }
}

void tk_resample_backward(const tk_resampling *shape, const float *dy, float *dx) {
  resample_work work = {shape, dy, dx};
  tk_parallel(tk_parts(shape->batch * cells_of(shape->out) * shape->channels), resample_back_part, &work);
}
