#include <string.h>

#include "convolution.h"
#include "levels.h"
#include "tk_memory.h"
#include "tk_threads.h"

// A convolution of each channel by itself: the channels of a cell are a vector, and every tap is a vector product.

// The input cell that a tap reads at an output position; -1 outside.
static ptrdiff_t input_cell(const tk_convolution *shape, int a, size_t position, size_t tap) {
  ptrdiff_t cell = (ptrdiff_t)(position * shape->stride[a] + tap * shape->dilation[a]) - shape->before[a];
  return cell >= 0 && cell < (ptrdiff_t)shape->in[a] ? cell : -1;
}

// The output position at which a tap reads an input cell; -1 where there is none.
static ptrdiff_t output_position(const tk_convolution *shape, int a, size_t cell, size_t tap) {
  ptrdiff_t shifted = (ptrdiff_t)cell + shape->before[a] - (ptrdiff_t)(tap * shape->dilation[a]);
  if (shifted < 0 || shifted % (ptrdiff_t)shape->stride[a] != 0) return -1;
  ptrdiff_t position = shifted / (ptrdiff_t)shape->stride[a];
  return position < (ptrdiff_t)shape->out[a] ? position : -1;
}

typedef ptrdiff_t (*partner)(const tk_convolution *shape, int a, size_t at, size_t tap);

// Cells of `to`, each the sum over taps of a cell of `from` times the tap's weights.
typedef struct {
  const tk_convolution *shape;
  const size_t *to;
  const size_t *from;
  const float *x;
  const float *w;
  const float *bias;
  float *y;
  /// For each axis, place and tap the cell of `from`, or -1.
  ptrdiff_t *partners[3];
  /// For each part, the taps that reach a cell: where they read and which weights they take.
  size_t *reaches;
} depthwise_work;

// The taps that reach a cell; the number of them.
static size_t find_reaches(const depthwise_work *work, size_t n, const size_t *place, size_t *reaches) {
  const size_t *kernel = work->shape->kernel, *from = work->from;
  size_t channels = work->shape->in_channels, count = 0;
  for (size_t td = 0; td < kernel[0]; td++) {
    ptrdiff_t d = work->partners[0][place[0] * kernel[0] + td];
    if (d < 0) continue;
    for (size_t th = 0; th < kernel[1]; th++) {
      ptrdiff_t h = work->partners[1][place[1] * kernel[1] + th];
      if (h < 0) continue;
      size_t line = ((n * from[0] + (size_t)d) * from[1] + (size_t)h) * from[2];
      for (size_t tw = 0; tw < kernel[2]; tw++) {
        ptrdiff_t w = work->partners[2][place[2] * kernel[2] + tw];
        if (w < 0) continue;
        reaches[2 * count] = (line + (size_t)w) * channels;
        reaches[2 * count + 1] = ((td * kernel[1] + th) * kernel[2] + tw) * channels;
        count++;
      }
    }
  }
  return count;
}

typedef float sixteen __attribute__((vector_size(64), aligned(4)));

// Sixteen channels times `vectors` of a cell, from channel `first` on; the sums stay in registers.
static inline __attribute__((always_inline)) void sum_vectors(
    const depthwise_work *work, const size_t *reaches, size_t reach_count, size_t first, const int vectors,
    float *target) {
  sixteen sums[4];
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) {
    sums[v] = work->bias == NULL ? (sixteen){0} : *(const sixteen *)(work->bias + first + (size_t)v * 16);
  }
  for (size_t i = 0; i < reach_count; i++) {
    const float *x = work->x + reaches[2 * i] + first, *w = work->w + reaches[2 * i + 1] + first;
#pragma clang loop unroll(full)
    for (int v = 0; v < vectors; v++) {
      sums[v] += *(const sixteen *)(x + (size_t)v * 16) * *(const sixteen *)(w + (size_t)v * 16);
    }
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < vectors; v++) *(sixteen *)(target + (size_t)v * 16) = sums[v];
}

// A single channel of a cell.
static inline __attribute__((always_inline)) void sum_single(
    const depthwise_work *work, const size_t *reaches, size_t reach_count, size_t channel, float *target) {
  float sum = work->bias == NULL ? 0 : work->bias[channel];
  for (size_t i = 0; i < reach_count; i++) {
    sum += work->x[reaches[2 * i] + channel] * work->w[reaches[2 * i + 1] + channel];
  }
  *target = sum;
}

TK_LOOP run_cells_loop(const depthwise_work *work, size_t first, size_t end, size_t *reaches) {
  size_t channels = work->shape->in_channels;
  const size_t *to = work->to;
  for (size_t cell = first; cell < end; cell++) {
    size_t place[3] = {cell / to[2] / to[1] % to[0], cell / to[2] % to[1], cell % to[2]};
    size_t count = find_reaches(work, cell / to[2] / to[1] / to[0], place, reaches);
    float *target = work->y + cell * channels;
    size_t c = 0;
    for (; c + 64 <= channels; c += 64) sum_vectors(work, reaches, count, c, 4, target + c);
    for (; c + 16 <= channels; c += 16) sum_vectors(work, reaches, count, c, 1, target + c);
    for (; c < channels; c++) sum_single(work, reaches, count, c, target + c);
  }
}
TK_LEVELS(
    run_cells, (const depthwise_work *work, size_t first, size_t end, size_t *reaches), (work, first, end, reaches))

static void cells_part(const void *context, size_t part, size_t parts) {
  const depthwise_work *work = context;
  size_t cells = work->shape->batch * work->to[0] * work->to[1] * work->to[2];
  run_cells(
      work, tk_start(cells, part, parts), tk_start(cells, part + 1, parts),
      work->reaches + part * 2 * kernel_cells(work->shape));
}

static size_t cost_of(const tk_convolution *shape) {
  return shape->batch * shape->out[0] * shape->out[1] * shape->out[2] * shape->in_channels * kernel_cells(shape);
}

static bool run(depthwise_work *work, partner find) {
  const tk_convolution *shape = work->shape;
  size_t parts = tk_parts(cost_of(shape)), tables = 0;
  for (int a = 0; a < 3; a++) tables += work->to[a] * shape->kernel[a];
  size_t bytes = tables * sizeof(ptrdiff_t) + parts * 2 * kernel_cells(shape) * sizeof(size_t);
  ptrdiff_t *memory = tk_allocate(bytes), *next = memory;
  if (memory == NULL) return false;
  for (int a = 0; a < 3; a++) {
    work->partners[a] = next;
    for (size_t place = 0; place < work->to[a]; place++) {
      for (size_t tap = 0; tap < shape->kernel[a]; tap++) *next++ = find(shape, a, place, tap);
    }
  }
  work->reaches = (size_t *)next;
  tk_parallel(parts, cells_part, work);
  tk_release(memory, bytes);
  return true;
}

bool depthwise_forward(
    const tk_convolution *shape, const float *x, const float *w, const float *bias, float *y) {
  depthwise_work work = {.shape = shape, .to = shape->out, .from = shape->in, .x = x, .w = w, .bias = bias, .y = y};
  return run(&work, input_cell);
}

bool depthwise_transposed(
    const tk_convolution *shape, const float *dy, const float *w, const float *bias, float *dx) {
  depthwise_work work = {.shape = shape, .to = shape->in, .from = shape->out, .x = dy, .w = w, .bias = bias, .y = dx};
  return run(&work, output_position);
}

// MARK: - Weights

typedef struct {
  const tk_convolution *shape;
  const float *x;
  const float *dy;
  float *dw;
} derivative_work;

enum { strip = 64 };

// Threads share channels, in strips, so that each weight is summed up by one of them.
TK_LOOP sum_weights_loop(const derivative_work *work, size_t part, size_t parts) {
  const tk_convolution *shape = work->shape;
  size_t channels = shape->in_channels;
  const size_t *in = shape->in, *out = shape->out, *kernel = shape->kernel;
  size_t strips = (channels + strip - 1) / strip;
  size_t units = strips * kernel[0] * kernel[1];
  for (size_t unit = tk_start(units, part, parts); unit < tk_start(units, part + 1, parts); unit++) {
    size_t first = unit % strips * strip;
    size_t count = channels - first < strip ? channels - first : strip;
    size_t td = unit / strips / kernel[1], th = unit / strips % kernel[1];
    float *target = work->dw + (td * kernel[1] + th) * kernel[2] * channels + first;
    for (size_t tw = 0; tw < kernel[2]; tw++) memset(target + tw * channels, 0, count * sizeof(float));
    for (size_t row = 0; row < shape->batch * out[0] * out[1]; row++) {
      size_t h = row % out[1], d = row / out[1] % out[0], n = row / out[1] / out[0];
      ptrdiff_t fd = input_cell(shape, 0, d, td), fh = input_cell(shape, 1, h, th);
      if (fd < 0 || fh < 0) continue;
      const float *source = work->x + ((n * in[0] + (size_t)fd) * in[1] + (size_t)fh) * in[2] * channels + first;
      const float *dy = work->dy + row * out[2] * channels + first;
      for (size_t tw = 0; tw < kernel[2]; tw++) {
        float sums[strip] = {0};
        for (size_t i = 0; i < out[2]; i++) {
          ptrdiff_t fw = input_cell(shape, 2, i, tw);
          if (fw < 0) continue;
          const float *a = source + (size_t)fw * channels, *b = dy + i * channels;
          for (size_t c = 0; c < count; c++) sums[c] += a[c] * b[c];
        }
        for (size_t c = 0; c < count; c++) target[tw * channels + c] += sums[c];
      }
    }
  }
}

TK_LEVELS(sum_weights, (const derivative_work *work, size_t part, size_t parts), (work, part, parts))

static void weights_part(const void *context, size_t part, size_t parts) { sum_weights(context, part, parts); }

void depthwise_weights(const tk_convolution *shape, const float *x, const float *dy, float *dw) {
  derivative_work work = {shape, x, dy, dw};
  tk_parallel(tk_parts(cost_of(shape)), weights_part, &work);
}
