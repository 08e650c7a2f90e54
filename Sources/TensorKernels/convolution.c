#include "tk_convolution.h"

#include "convolution.h"
#include "tk_memory.h"

static size_t cells_of(const size_t *extents) { return extents[0] * extents[1] * extents[2]; }

// MARK: - Forward

bool tk_convolution_forward(
    const tk_convolution *shape, const float *x, const float *w, const float *bias, float *y) {
  if (is_depthwise(shape)) return depthwise_forward(shape, x, w, bias, y);
  size_t channels = shape->in_channels / shape->groups, filters = shape->out_channels / shape->groups;
  const size_t whole = 0;
  for (size_t group = 0; group < shape->groups; group++) {
    window_product job = {
        .windows =
            {
                .batch = shape->batch,
                .cell = shape->in_channels,
                .channels = channels,
                .x = x + group * channels,
                .end = x + shape->batch * cells_of(shape->in) * shape->in_channels,
            },
        .weights = {w + group * filters, shape->out_channels, 1, kernel_cells(shape) * channels, &whole},
        .columns = filters,
        .cell = shape->out_channels,
        .bias = bias == NULL ? NULL : bias + group * filters,
        .y = y + group * filters,
    };
    for (int a = 0; a < 3; a++) {
      job.windows.axis[a] = forward_axis(shape, a);
      job.out_step[a] = 1;
      job.out_extent[a] = shape->out[a];
    }
    if (!multiply_windows(&job)) return false;
  }
  return true;
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

// Where the weights of each of the phase's taps begin.
static void find_taps(const tk_convolution *shape, const phase_axis *phase, size_t *offsets) {
  size_t size = shape->in_channels / shape->groups * shape->out_channels;
  for (size_t index = 0; index < phase[0].taps * phase[1].taps * phase[2].taps; index++) {
    size_t rest = index, tap[3];
    for (int a = 2; a >= 0; a--) {
      tap[a] = phase[a].last - rest % phase[a].taps * phase[a].every;
      rest /= phase[a].taps;
    }
    offsets[index] = ((tap[0] * shape->kernel[1] + tap[1]) * shape->kernel[2] + tap[2]) * size;
  }
}

static bool transpose_phase(
    const tk_convolution *shape, const phase_axis *phase, const size_t *offset, const size_t *taps, const float *dy,
    const float *w, const float *bias, float *dx) {
  size_t channels = shape->in_channels / shape->groups, filters = shape->out_channels / shape->groups;
  for (size_t group = 0; group < shape->groups; group++) {
    window_product job = {
        .windows =
            {
                .batch = shape->batch,
                .cell = shape->out_channels,
                .channels = filters,
                .x = dy + group * filters,
                .end = dy + shape->batch * cells_of(shape->out) * shape->out_channels,
            },
        // Inputs and outputs exchange their places.
        .weights = {w + group * filters, 1, shape->out_channels, filters, taps},
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
    if (!multiply_windows(&job)) return false;
  }
  return true;
}

bool tk_convolution_transposed(
    const tk_convolution *shape, const float *dy, const float *w, const float *bias, float *dx) {
  if (is_depthwise(shape)) return depthwise_transposed(shape, dy, w, bias, dx);
  size_t bytes = kernel_cells(shape) * sizeof(size_t);
  size_t *taps = tk_allocate(bytes);
  if (taps == NULL) return false;
  bool done = true;
  size_t offset[3];
  for (offset[0] = 0; offset[0] < smaller(shape->stride[0], shape->in[0]); offset[0]++) {
    for (offset[1] = 0; offset[1] < smaller(shape->stride[1], shape->in[1]); offset[1]++) {
      for (offset[2] = 0; offset[2] < smaller(shape->stride[2], shape->in[2]); offset[2]++) {
        phase_axis phase[3];
        for (int a = 0; a < 3; a++) phase[a] = phase_of(shape, a, offset[a]);
        find_taps(shape, phase, taps);
        done = done && transpose_phase(shape, phase, offset, taps, dy, w, bias, dx);
      }
    }
  }
  tk_release(taps, bytes);
  return done;
}
