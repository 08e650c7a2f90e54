#include <string.h>

#include "convolution.h"
#include "tk_memory.h"
#include "tk_threads.h"

// Whether the rows of the product follow each other in y.
static bool is_dense(const window_product *job) {
  for (int a = 0; a < 3; a++) {
    if (job->out_first[a] != 0 || job->out_step[a] != 1) return false;
    if (job->windows.axis[a].positions != job->out_extent[a]) return false;
  }
  return true;
}

// The cell of y that a row belongs to.
static size_t cell_of_row(const window_product *job, size_t row) {
  size_t position[3];
  for (int a = 2; a >= 0; a--) {
    size_t positions = job->windows.axis[a].positions;
    position[a] = job->out_first[a] + row % positions * job->out_step[a];
    row /= positions;
  }
  return ((row * job->out_extent[0] + position[0]) * job->out_extent[1] + position[1]) * job->out_extent[2] + position[2];
}

typedef struct {
  const window_product *job;
  const tile_set *tiles;
  /// For each part a panel, a block of windows, and a block of the product where it is not written to y directly.
  float *scratch;
  size_t scratch_count, block_count;
} window_work;

// One block of rows, all columns; the result lies in rows `c_row` apart.
static void multiply_rows(
    const window_work *work, size_t row, size_t rows, float *panel, float *block, float *c, size_t c_row) {
  const window_product *job = work->job;
  const window_matrix *windows = &job->windows;
  size_t depth = window_columns(windows);
  bool plain = window_is_plain(windows) && windows->cell % 256 != 0;
  for (size_t p = 0; p < depth; p += block_depth) {
    size_t part_depth = smaller(block_depth, depth - p);
    size_t a_row = plain ? windows->cell : padded_row(part_depth);
    if (!plain) gather_windows(windows, row, rows, p, part_depth, block, a_row);
    const float *a = plain ? windows->x + row * windows->cell + p : block;
    product_block part = {
        .tiles = work->tiles,
        .rows = rows,
        .columns = job->columns,
        .first = p,
        .depth = part_depth,
        .lines = 1,
        .a = &a,
        .a_row = a_row,
        .a_depth = 1,
        .b = &job->weights,
        .c = c,
        .c_row = c_row,
        .bias = job->bias,
        .accumulate = p > 0,
    };
    multiply_block(&part, panel);
  }
}

// Where no tap reaches a position there is only the bias.
static void fill_rows(const window_product *job, size_t row, size_t rows) {
  for (size_t i = row; i < row + rows; i++) {
    float *target = job->y + cell_of_row(job, i) * job->cell;
    if (job->bias != NULL) {
      memcpy(target, job->bias, job->columns * sizeof(float));
    } else {
      memset(target, 0, job->columns * sizeof(float));
    }
  }
}

static void window_part(const void *context, size_t part, size_t parts) {
  const window_work *work = context;
  const window_product *job = work->job;
  size_t rows = window_rows(&job->windows), tile = work->tiles->rows;
  size_t tiles = (rows + tile - 1) / tile;
  size_t first = tk_start(tiles, part, parts) * tile;
  size_t end = smaller(tk_start(tiles, part + 1, parts) * tile, rows);
  float *panel = work->scratch + part * work->scratch_count;
  float *block = panel + panel_count;
  float *result = block + work->block_count;
  bool dense = is_dense(job);
  for (size_t row = first; row < end; row += block_rows) {
    size_t count = smaller(block_rows, end - row);
    if (window_columns(&job->windows) == 0) {
      fill_rows(job, row, count);
    } else if (dense) {
      multiply_rows(work, row, count, panel, block, job->y + row * job->cell, job->cell);
    } else {
      multiply_rows(work, row, count, panel, block, result, job->columns);
      for (size_t i = 0; i < count; i++) {
        float *target = job->y + cell_of_row(job, row + i) * job->cell;
        memcpy(target, result + i * job->columns, job->columns * sizeof(float));
      }
    }
  }
}

bool multiply_windows(const window_product *job) {
  if (is_dense(job) && !window_is_plain(&job->windows) && reads_lines(job)) return multiply_lines(job);
  size_t rows = window_rows(&job->windows), depth = window_columns(&job->windows);
  size_t parts = tk_parts(rows * (depth + 1) * job->columns / 8);
  window_work work = {.job = job, .tiles = tiles_of(tk_processor_level())};
  work.block_count = block_rows * padded_row(smaller(depth, block_depth)) + gather_slack;
  work.scratch_count = panel_count + work.block_count + (is_dense(job) ? 0 : block_rows * job->columns);
  size_t bytes = parts * work.scratch_count * sizeof(float);
  work.scratch = tk_allocate(bytes);
  if (work.scratch == NULL) return false;
  tk_parallel(parts, window_part, &work);
  tk_release(work.scratch, bytes);
  return true;
}
