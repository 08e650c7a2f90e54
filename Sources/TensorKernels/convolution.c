#include "tk_convolution.h"

#include <string.h>

#include "convolution.h"
#include "tk_memory.h"
#include "tk_threads.h"

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

// Weights of one group as a matrix, packed on all threads.
typedef struct {
  const tile_set *tiles;
  size_t depth, columns;
  const float *b;
  size_t b_depth;
  float *packed;
} packing;

static void pack_part(const void *context, size_t part, size_t parts) {
  const packing *work = context;
  size_t width = work->tiles->vector * work->tiles->vectors;
  size_t panels = (work->columns + width - 1) / width;
  pack_panels(
      work->tiles, work->depth, work->columns, work->b, work->b_depth, 1, work->packed, tk_start(panels, part, parts),
      tk_start(panels, part + 1, parts));
}

// MARK: - Forward

bool tk_convolution_forward(
    const tk_convolution *shape, const float *x, const float *w, const float *bias, float *y) {
  if (is_depthwise(shape)) {
    depthwise_forward(shape, x, w, bias, y);
    return true;
  }
  size_t channels = shape->in_channels / shape->groups, filters = shape->out_channels / shape->groups;
  const tile_set *tiles = tiles_of(tk_processor_level());
  packing pack = {tiles, kernel_cells(shape) * channels, filters, w, shape->out_channels, NULL};
  size_t bytes = packed_count(tiles, pack.depth, filters) * sizeof(float);
  pack.packed = tk_allocate(bytes);
  bool done = pack.packed != NULL;
  for (size_t group = 0; done && group < shape->groups; group++) {
    pack.b = w + group * filters;
    tk_parallel(tk_parts(pack.depth * filters), pack_part, &pack);
    window_product job = {
        .windows = {.batch = shape->batch, .cell = shape->in_channels, .channels = channels, .x = x + group * channels},
        .tiles = tiles,
        .packed = pack.packed,
        .columns = filters,
        .cell = shape->out_channels,
        .bias = bias == NULL ? NULL : bias + group * filters,
        .y = y + group * filters,
    };
    for (int a = 0; a < 3; a++) {
      job.windows.axis[a] = (window_axis){
          .positions = shape->out[a],
          .taps = shape->kernel[a],
          .first = -shape->before[a],
          .step = (ptrdiff_t)shape->stride[a],
          .tap_step = (ptrdiff_t)shape->dilation[a],
          .extent = shape->in[a],
      };
      job.out_step[a] = 1;
      job.out_extent[a] = shape->out[a];
    }
    done = multiply_windows(&job);
  }
  if (pack.packed != NULL) tk_release(pack.packed, bytes);
  return done;
}

// MARK: - Backward to the input

// The taps that reach the cells phase, phase + stride, ...: every `every`-th, of which `last` is the last one. They are
// taken from the last to the first, so that they read dy from left to right.
typedef struct {
  size_t taps, last, every;
  window_axis axis;
} phase_axis;

static size_t common_divisor(size_t a, size_t b) {
  while (b != 0) {
    size_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static phase_axis phase_of(const tk_convolution *shape, int a, size_t phase) {
  size_t stride = shape->stride[a], dilation = shape->dilation[a], kernel = shape->kernel[a];
  phase_axis result = {.every = stride / common_divisor(stride, dilation)};
  // Cell c of the input meets tap t at the output (c + before - t * dilation) / stride.
  ptrdiff_t shifted = (ptrdiff_t)phase + shape->before[a];
  for (size_t tap = 0; tap < kernel; tap++) {
    if ((shifted - (ptrdiff_t)(tap * dilation)) % (ptrdiff_t)stride != 0) continue;
    result.taps++;
    result.last = tap;
  }
  result.axis = (window_axis){
      .positions = (shape->in[a] - phase + stride - 1) / stride,
      .taps = result.taps,
      .first = (shifted - (ptrdiff_t)(result.last * dilation)) / (ptrdiff_t)stride,
      .step = 1,
      .tap_step = (ptrdiff_t)(result.every * dilation / stride),
      .extent = shape->out[a],
  };
  return result;
}

// The weights of a phase's taps with inputs and outputs exchanged: [tap, filter, channel].
typedef struct {
  const tk_convolution *shape;
  const phase_axis *phase;
  const float *w;
  float *turned;
} turning;

static void turn_part(const void *context, size_t part, size_t parts) {
  const turning *work = context;
  const tk_convolution *shape = work->shape;
  const phase_axis *phase = work->phase;
  size_t channels = shape->in_channels / shape->groups, filters = shape->out_channels / shape->groups;
  size_t taps = phase[0].taps * phase[1].taps * phase[2].taps;
  // A unit is sixteen filters of a tap.
  size_t strips = (filters + 15) / 16;
  for (size_t unit = tk_start(taps * strips, part, parts); unit < tk_start(taps * strips, part + 1, parts); unit++) {
    size_t index = unit / strips, rest = index;
    size_t tap[3];
    for (int a = 2; a >= 0; a--) {
      tap[a] = phase[a].last - rest % phase[a].taps * phase[a].every;
      rest /= phase[a].taps;
    }
    size_t cell = (tap[0] * shape->kernel[1] + tap[1]) * shape->kernel[2] + tap[2];
    const float *source = work->w + cell * channels * shape->out_channels;
    float *target = work->turned + index * filters * channels;
    size_t first = unit % strips * 16, end = smaller(first + 16, filters);
    for (size_t c = 0; c < channels; c++) {
      for (size_t f = first; f < end; f++) target[f * channels + c] = source[c * shape->out_channels + f];
    }
  }
}

typedef struct {
  float *turned, *packed;
} phase_memory;

static bool transpose_phase(
    const tk_convolution *shape, const phase_axis *phase, const size_t *offset, const phase_memory *memory,
    const float *dy, const float *w, const float *bias, float *dx) {
  size_t channels = shape->in_channels / shape->groups, filters = shape->out_channels / shape->groups;
  const tile_set *tiles = tiles_of(tk_processor_level());
  size_t depth = phase[0].taps * phase[1].taps * phase[2].taps * filters;
  for (size_t group = 0; group < shape->groups; group++) {
    window_product job = {
        .windows = {.batch = shape->batch, .cell = shape->out_channels, .channels = filters, .x = dy + group * filters},
        .tiles = tiles,
        .packed = depth == 0 ? NULL : memory->packed,
        .columns = channels,
        .cell = shape->in_channels,
        .bias = bias == NULL ? NULL : bias + group * channels,
        .y = dx + group * channels,
    };
    for (int a = 0; a < 3; a++) {
      job.windows.axis[a] = phase[a].axis;
      job.out_first[a] = offset[a];
      job.out_step[a] = shape->stride[a];
      job.out_extent[a] = shape->in[a];
    }
    if (depth > 0) {
      turning turn = {shape, phase, w + group * filters, memory->turned};
      packing pack = {tiles, depth, channels, memory->turned, channels, memory->packed};
      size_t parts = tk_parts(depth * channels);
      tk_parallel(parts, turn_part, &turn);
      tk_parallel(parts, pack_part, &pack);
    }
    if (!multiply_windows(&job)) return false;
  }
  return true;
}

bool tk_convolution_transposed(
    const tk_convolution *shape, const float *dy, const float *w, const float *bias, float *dx) {
  if (is_depthwise(shape)) {
    depthwise_transposed(shape, dy, w, bias, dx);
    return true;
  }
  size_t channels = shape->in_channels / shape->groups, filters = shape->out_channels / shape->groups;
  size_t depth = kernel_cells(shape) * filters;
  const tile_set *tiles = tiles_of(tk_processor_level());
  size_t turned = depth * channels, packed = packed_count(tiles, depth, channels);
  size_t bytes = (turned + packed) * sizeof(float);
  float *scratch = tk_allocate(bytes);
  if (scratch == NULL) return false;
  phase_memory memory = {scratch, scratch + turned};
  bool done = true;
  size_t offset[3];
  for (offset[0] = 0; offset[0] < smaller(shape->stride[0], shape->in[0]); offset[0]++) {
    for (offset[1] = 0; offset[1] < smaller(shape->stride[1], shape->in[1]); offset[1]++) {
      for (offset[2] = 0; offset[2] < smaller(shape->stride[2], shape->in[2]); offset[2]++) {
        phase_axis phase[3];
        for (int a = 0; a < 3; a++) phase[a] = phase_of(shape, a, offset[a]);
        done = done && transpose_phase(shape, phase, offset, &memory, dy, w, bias, dx);
      }
    }
  }
  tk_release(scratch, bytes);
  return done;
}
