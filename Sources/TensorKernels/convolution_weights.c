#include <string.h>

#include "convolution.h"
#include "tk_memory.h"
#include "tk_threads.h"

// The derivative by the weights is the product of the windows, turned over, with dy: its depth is the positions.
//
// A large derivative is shared among threads by its rows. A small one has few rows, and is shared by positions: every
// thread sums up its own, and the sums are added in the order of the threads.

enum {
  // Positions and columns of windows that are gathered at once, to fit the second cache. Of every position a tile reads a
  // line or two, which with a panel of dy are to fit the first.
  block_positions = 128,
  block_columns = most_gathered,
  // Elements of a derivative from which on its rows are shared.
  large_derivative = 1 << 16,
};

typedef struct {
  window_matrix windows;
  const tile_set *tiles;
  const float *dy;
  /// Filters of this group, and channels of a cell of dy.
  size_t filters, cell;
  /// The derivative; its rows are `cell` apart too.
  float *dw;
  bool shares_rows;
  /// For each part a panel, a block of windows, and, where positions are shared, a derivative of its own.
  float *scratch;
  size_t scratch_count, windows_count;
} weights_work;

// What positions `first` up to `end` contribute to rows `row` up to `row_end`.
static void sum_positions(
    const weights_work *work, float *scratch, size_t first, size_t end, size_t row, size_t row_end, float *dw,
    size_t dw_row) {
  float *panel = scratch, *windows = scratch + panel_count;
  bool plain = window_is_plain(&work->windows) && work->windows.cell % 256 != 0;
  size_t whole = 0;
  right_side dy = {work->dy, work->cell, 1, end, &whole};
  for (size_t position = first; position < end; position += block_positions) {
    size_t depth = smaller(block_positions, end - position);
    for (size_t i = row; i < row_end; i += block_columns) {
      size_t count = smaller(block_columns, row_end - i);
      size_t a_depth = plain ? work->windows.cell : padded_row(count);
      if (!plain) gather_windows(&work->windows, position, depth, i, count, windows, a_depth);
      const float *a = plain ? work->windows.x + position * a_depth + i : windows;
      product_block block = {
          .tiles = work->tiles,
          .rows = count,
          .columns = work->filters,
          .first = position,
          .depth = depth,
          .lines = 1,
          .a = &a,
          .a_row = 1,
          .a_depth = a_depth,
          .b = &dy,
          .c = dw + i * dw_row,
          .c_row = dw_row,
          .accumulate = position > first,
      };
      multiply_block(&block, panel);
    }
  }
}

static void clear_rows(float *dw, size_t rows, size_t columns, size_t row) {
  for (size_t i = 0; i < rows; i++) memset(dw + i * row, 0, columns * sizeof(float));
}

static void weights_part(const void *context, size_t part, size_t parts) {
  const weights_work *work = context;
  size_t positions = window_rows(&work->windows), rows = window_columns(&work->windows);
  float *scratch = work->scratch + part * work->scratch_count;
  if (work->shares_rows) {
    size_t tile = work->tiles->rows, tiles = (rows + tile - 1) / tile;
    size_t row = tk_start(tiles, part, parts) * tile, row_end = smaller(tk_start(tiles, part + 1, parts) * tile, rows);
    sum_positions(work, scratch, 0, positions, row, row_end, work->dw, work->cell);
    return;
  }
  size_t first = tk_start(positions, part, parts), end = tk_start(positions, part + 1, parts);
  float *dw = part == 0 ? work->dw : scratch + panel_count + work->windows_count;
  size_t dw_row = part == 0 ? work->cell : work->filters;
  if (first == end) {
    clear_rows(dw, rows, work->filters, dw_row);
  } else {
    sum_positions(work, scratch, first, end, 0, rows, dw, dw_row);
  }
}

static void add_parts(const weights_work *work, size_t parts) {
  size_t rows = window_columns(&work->windows);
  for (size_t part = 1; part < parts; part++) {
    const float *sums = work->scratch + part * work->scratch_count + work->windows_count + panel_count;
    for (size_t i = 0; i < rows; i++) {
      float *target = work->dw + i * work->cell;
      for (size_t j = 0; j < work->filters; j++) target[j] += sums[i * work->filters + j];
    }
  }
}

bool tk_convolution_weights(const tk_convolution *shape, const float *x, const float *dy, float *dw) {
  if (is_depthwise(shape)) {
    depthwise_weights(shape, x, dy, dw);
    return true;
  }
  size_t channels = shape->in_channels / shape->groups, filters = shape->out_channels / shape->groups;
  weights_work work = {
      .windows = {.batch = shape->batch, .cell = shape->in_channels, .channels = channels,
                  .end = x + shape->batch * shape->in[0] * shape->in[1] * shape->in[2] * shape->in_channels},
      .tiles = tiles_of(tk_processor_level()),
      .filters = filters,
      .cell = shape->out_channels,
  };
  for (int a = 0; a < 3; a++) work.windows.axis[a] = forward_axis(shape, a);
  size_t positions = window_rows(&work.windows), rows = window_columns(&work.windows);
  size_t parts = tk_parts(positions * rows * filters / 8);
  work.shares_rows = rows * filters >= large_derivative;
  work.windows_count = block_positions * padded_row(smaller(rows, block_columns)) + gather_slack;
  work.scratch_count = panel_count + work.windows_count + (work.shares_rows ? 0 : rows * filters);
  size_t bytes = parts * work.scratch_count * sizeof(float);
  work.scratch = tk_allocate(bytes);
  if (work.scratch == NULL) return false;
  for (size_t group = 0; group < shape->groups; group++) {
    work.windows.x = x + group * channels;
    work.dy = dy + group * filters;
    work.dw = dw + group * filters;
    tk_parallel(parts, weights_part, &work);
    if (!work.shares_rows) add_parts(&work, parts);
  }
  tk_release(work.scratch, bytes);
  return true;
}
