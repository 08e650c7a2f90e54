#include "tk_local_convolution.h"

#include <string.h>

#include "convolution.h"
#include "product.h"
#include "tk_dense.h"
#include "tk_memory.h"
#include "tk_threads.h"

enum {
  // Floats of patches whose derivatives wait to be added to the input.
  waiting_floats = 1 << 20,
};

typedef struct {
  const tk_convolution *shape;
  const float *x, *w, *bias, *dy;
  float *y, *dw, *dx;
  /// For each part a patch and a row of outputs of every example.
  float *scratch;
  size_t scratch_count;
  bool *failed;
  /// The derivatives by the patches of `count` cells from `first` on, [count, batch, patch].
  float *waiting;
  size_t first, count;
} local_work;

static size_t cells_of(const size_t *extents) { return extents[0] * extents[1] * extents[2]; }
static size_t patch_of(const tk_convolution *shape) { return kernel_cells(shape) * shape->in_channels; }

// Where a tap reads the map at a cell: a cell of the input, or -1 in the padding.
static ptrdiff_t source_of(const tk_convolution *shape, size_t cell, size_t tap) {
  ptrdiff_t source = 0, step = 1;
  for (int a = 2; a >= 0; a--) {
    size_t position = cell % shape->out[a], offset = tap % shape->kernel[a];
    cell /= shape->out[a];
    tap /= shape->kernel[a];
    ptrdiff_t place = (ptrdiff_t)(position * shape->stride[a] + offset * shape->dilation[a]) - shape->before[a];
    if (place < 0 || place >= (ptrdiff_t)shape->in[a]) return -1;
    source += place * step;
    step *= (ptrdiff_t)shape->in[a];
  }
  return source;
}

// The patches of all examples at a cell: [batch, patch].
static void gather(const local_work *work, size_t cell, float *patches) {
  const tk_convolution *shape = work->shape;
  size_t channels = shape->in_channels, patch = patch_of(shape), example = cells_of(shape->in) * channels;
  for (size_t tap = 0; tap < kernel_cells(shape); tap++) {
    ptrdiff_t source = source_of(shape, cell, tap);
    for (size_t n = 0; n < shape->batch; n++) {
      float *target = patches + n * patch + tap * channels;
      if (source < 0) {
        memset(target, 0, channels * sizeof(float));
      } else {
        memcpy(target, work->x + n * example + (size_t)source * channels, channels * sizeof(float));
      }
    }
  }
}

static void forward_part(const void *context, size_t part, size_t parts) {
  const local_work *work = context;
  const tk_convolution *shape = work->shape;
  size_t cells = cells_of(shape->out), filters = shape->out_channels, patch = patch_of(shape);
  tk_dense sizes = {.rows = shape->batch, .inputs = patch, .outputs = filters};
  float *patches = work->scratch + part * work->scratch_count, *outputs = patches + shape->batch * patch;
  for (size_t cell = tk_start(cells, part, parts); cell < tk_start(cells, part + 1, parts); cell++) {
    gather(work, cell, patches);
    const float *bias = work->bias == NULL ? NULL : work->bias + cell * filters;
    if (!tk_dense_forward(&sizes, patches, work->w + cell * patch * filters, bias, outputs)) work->failed[part] = true;
    for (size_t n = 0; n < shape->batch; n++) {
      memcpy(work->y + (n * cells + cell) * filters, outputs + n * filters, filters * sizeof(float));
    }
  }
}

static void backward_part(const void *context, size_t part, size_t parts) {
  const local_work *work = context;
  const tk_convolution *shape = work->shape;
  size_t cells = cells_of(shape->out), filters = shape->out_channels, patch = patch_of(shape);
  tk_dense sizes = {.rows = shape->batch, .inputs = patch, .outputs = filters};
  float *patches = work->scratch + part * work->scratch_count, *slopes = patches + shape->batch * patch;
  for (size_t i = tk_start(work->count, part, parts); i < tk_start(work->count, part + 1, parts); i++) {
    size_t cell = work->first + i;
    gather(work, cell, patches);
    for (size_t n = 0; n < shape->batch; n++) {
      memcpy(slopes + n * filters, work->dy + (n * cells + cell) * filters, filters * sizeof(float));
    }
    bool done = tk_dense_weights(&sizes, patches, slopes, work->dw + cell * patch * filters);
    if (work->dx != NULL) {
      float *target = work->waiting + i * shape->batch * patch;
      done = done && tk_dense_input(&sizes, slopes, work->w + cell * patch * filters, target);
    }
    if (!done) work->failed[part] = true;
  }
}

// Cells share places of the input, so threads share examples.
static void scatter_part(const void *context, size_t part, size_t parts) {
  const local_work *work = context;
  const tk_convolution *shape = work->shape;
  size_t channels = shape->in_channels, patch = patch_of(shape), example = cells_of(shape->in) * channels;
  size_t first = tk_start(shape->batch, part, parts), end = tk_start(shape->batch, part + 1, parts);
  for (size_t i = 0; i < work->count && first < end; i++) {
    for (size_t tap = 0; tap < kernel_cells(shape); tap++) {
      ptrdiff_t source = source_of(shape, work->first + i, tap);
      if (source < 0) continue;
      for (size_t n = first; n < end; n++) {
        float *target = work->dx + n * example + (size_t)source * channels;
        const float *slope = work->waiting + (i * shape->batch + n) * patch + tap * channels;
        for (size_t c = 0; c < channels; c++) target[c] += slope[c];
      }
    }
  }
}

// Room for `parts` parts, and for what waits.
static bool begin(local_work *work, size_t parts, size_t waiting, size_t *bytes) {
  work->scratch_count = work->shape->batch * (patch_of(work->shape) + work->shape->out_channels);
  size_t floats = parts * work->scratch_count + waiting;
  *bytes = floats * sizeof(float) + parts * sizeof(bool);
  work->scratch = tk_allocate(*bytes);
  if (work->scratch == NULL) return false;
  work->waiting = work->scratch + parts * work->scratch_count;
  work->failed = (bool *)(work->scratch + floats);
  memset(work->failed, 0, parts * sizeof(bool));
  return true;
}

static bool end(local_work *work, size_t parts, size_t bytes) {
  bool done = true;
  for (size_t part = 0; part < parts; part++) done = done && !work->failed[part];
  tk_release(work->scratch, bytes);
  return done;
}

// What the products cost, in steps of which eight are one of a simple loop.
static size_t parts_for(const tk_convolution *shape, size_t cells) {
  return tk_parts(cells * patch_of(shape) * shape->out_channels * shape->batch / 8);
}

bool tk_local_forward(const tk_convolution *shape, const float *x, const float *w, const float *bias, float *y) {
  local_work work = {.shape = shape, .x = x, .w = w, .bias = bias, .y = y};
  size_t parts = parts_for(shape, cells_of(shape->out)), bytes;
  if (!begin(&work, parts, 0, &bytes)) return false;
  tk_parallel(parts, forward_part, &work);
  return end(&work, parts, bytes);
}

bool tk_local_backward(
    const tk_convolution *shape, const float *x, const float *w, const float *dy, float *dw, float *dx) {
  local_work work = {.shape = shape, .x = x, .w = w, .dy = dy, .dw = dw, .dx = dx};
  size_t cells = cells_of(shape->out), each = shape->batch * patch_of(shape), bytes;
  size_t parts = parts_for(shape, cells);
  size_t block = smaller(cells, waiting_floats / each < 4 * parts ? 4 * parts : waiting_floats / each);
  if (!begin(&work, parts, dx == NULL ? 0 : block * each, &bytes)) return false;
  if (dx != NULL) memset(dx, 0, shape->batch * cells_of(shape->in) * shape->in_channels * sizeof(float));
  for (; work.first < cells; work.first += block) {
    work.count = smaller(block, cells - work.first);
    tk_parallel(parts, backward_part, &work);
    if (dx != NULL) tk_parallel(tk_parts(work.count * each), scatter_part, &work);
  }
  return end(&work, parts, bytes);
}
