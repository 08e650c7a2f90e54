#include <string.h>

#include "convolution.h"
#include "tk_threads.h"

// A convolution of each channel by itself: the channels of a cell are a vector, and every tap is a vector product.

typedef struct {
  const tk_convolution *shape;
  const float *x;
  const float *w;
  const float *bias;
  float *y;
} depthwise_work;

static void start_cell(float *target, const float *bias, size_t channels) {
  if (bias != NULL) {
    memcpy(target, bias, channels * sizeof(float));
  } else {
    memset(target, 0, channels * sizeof(float));
  }
}

static void add_product(float *restrict target, const float *restrict a, const float *restrict b, size_t count) {
  for (size_t c = 0; c < count; c++) target[c] += a[c] * b[c];
}

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

// Rows of cells of `to`, each the sum over taps of a cell of `from` times the tap's weights.
static void run_rows(
    const depthwise_work *work, const size_t *to, const size_t *from, partner find, size_t part, size_t parts) {
  const tk_convolution *shape = work->shape;
  size_t channels = shape->in_channels;
  size_t rows = shape->batch * to[0] * to[1];
  for (size_t row = tk_start(rows, part, parts); row < tk_start(rows, part + 1, parts); row++) {
    size_t h = row % to[1], d = row / to[1] % to[0], n = row / to[1] / to[0];
    float *line = work->y + row * to[2] * channels;
    for (size_t i = 0; i < to[2]; i++) start_cell(line + i * channels, work->bias, channels);
    for (size_t td = 0; td < shape->kernel[0]; td++) {
      ptrdiff_t fd = find(shape, 0, d, td);
      if (fd < 0) continue;
      for (size_t th = 0; th < shape->kernel[1]; th++) {
        ptrdiff_t fh = find(shape, 1, h, th);
        if (fh < 0) continue;
        const float *source = work->x + ((n * from[0] + (size_t)fd) * from[1] + (size_t)fh) * from[2] * channels;
        const float *weights = work->w + (td * shape->kernel[1] + th) * shape->kernel[2] * channels;
        for (size_t i = 0; i < to[2]; i++) {
          for (size_t tw = 0; tw < shape->kernel[2]; tw++) {
            ptrdiff_t fw = find(shape, 2, i, tw);
            if (fw < 0) continue;
            add_product(line + i * channels, source + (size_t)fw * channels, weights + tw * channels, channels);
          }
        }
      }
    }
  }
}

static void forward_part(const void *context, size_t part, size_t parts) {
  const depthwise_work *work = context;
  run_rows(work, work->shape->out, work->shape->in, input_cell, part, parts);
}

static void transposed_part(const void *context, size_t part, size_t parts) {
  const depthwise_work *work = context;
  run_rows(work, work->shape->in, work->shape->out, output_position, part, parts);
}

static size_t cost_of(const tk_convolution *shape) {
  return shape->batch * shape->out[0] * shape->out[1] * shape->out[2] * shape->in_channels * kernel_cells(shape);
}

void depthwise_forward(
    const tk_convolution *shape, const float *x, const float *w, const float *bias, float *y) {
  depthwise_work work = {shape, x, w, bias, y};
  tk_parallel(tk_parts(cost_of(shape)), forward_part, &work);
}

void depthwise_transposed(
    const tk_convolution *shape, const float *dy, const float *w, const float *bias, float *dx) {
  depthwise_work work = {shape, dy, w, bias, dx};
  tk_parallel(tk_parts(cost_of(shape)), transposed_part, &work);
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
static void weights_part(const void *context, size_t part, size_t parts) {
  const derivative_work *work = context;
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
    for (size_t tw = 0; tw < kernel[2]; tw++) start_cell(target + tw * channels, NULL, count);
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
          if (fw >= 0) add_product(sums, source + (size_t)fw * channels, dy + i * channels, count);
        }
        for (size_t c = 0; c < count; c++) target[tw * channels + c] += sums[c];
      }
    }
  }
}

void depthwise_weights(const tk_convolution *shape, const float *x, const float *dy, float *dw) {
  derivative_work work = {shape, x, dy, dw};
  tk_parallel(tk_parts(cost_of(shape)), weights_part, &work);
}
