#include <string.h>

#include "convolution.h"
#include "tk_memory.h"
#include "tk_threads.h"

// Windows that go one cell at a time along a line overlap: those of a line, for one line of taps, are rows that begin one
// cell apart. Each line of the map is copied once, between the zeros of its border, and the product reads rows of windows
// there; nothing else is gathered.

enum {
  // Taps of a line with fewer floats make products that are not deep enough.
  least_run = 64,
  // Rows of a line, for a tile of fewer does not keep the processor busy; and so many lines at most are in a block.
  least_rows = 7,
  most_lines = block_rows / least_rows,
};

static size_t run_of(const window_matrix *m) { return m->axis[2].taps * m->channels; }

bool reads_lines(const window_product *job) {
  const window_matrix *m = &job->windows;
  const window_axis *inner = &m->axis[2];
  // Rows that lie a multiple of 1024 bytes apart fall into the same lines of a cache.
  return inner->step == 1 && inner->tap_step == 1 && m->channels == m->cell && m->cell % 256 != 0
      && run_of(m) >= least_run && inner->positions >= least_rows;
}

typedef struct {
  const window_product *job;
  const tile_set *tiles;
  /// The lines of the map with their borders, `width` floats each, and a line of zeros behind them.
  float *lines;
  size_t line_count, width;
  /// A panel for each part.
  float *panels;
} line_work;

static void copy_part(const void *context, size_t part, size_t parts) {
  const line_work *work = context;
  const window_matrix *m = &work->job->windows;
  ptrdiff_t first = m->axis[2].first, extent = (ptrdiff_t)m->axis[2].extent;
  ptrdiff_t cells = (ptrdiff_t)(work->width / m->cell);
  // Cells `from` up to `to` of a copied line are in the map.
  ptrdiff_t from = first >= 0 ? 0 : -first < cells ? -first : cells;
  ptrdiff_t to = extent - first < cells ? extent - first : cells;
  if (to < from) to = from;
  size_t left = (size_t)from * m->cell, inside = (size_t)(to - from) * m->cell;
  size_t end = tk_start(work->line_count, part + 1, parts);
  for (size_t line = tk_start(work->line_count, part, parts); line < end; line++) {
    float *target = work->lines + line * work->width;
    memset(target, 0, left * sizeof(float));
    if (inside > 0) {
      const float *source = m->x + ((ptrdiff_t)line * extent + first + from) * (ptrdiff_t)m->cell;
      memcpy(target + left, source, inside * sizeof(float));
    }
    memset(target + left + inside, 0, (work->width - left - inside) * sizeof(float));
  }
}

// The copies that a line of taps reads at `count` lines of positions, from `line` on.
static void find_copies(const line_work *work, size_t line, size_t count, size_t tap, const float **copies) {
  const window_matrix *m = &work->job->windows;
  const window_axis *axis = m->axis;
  for (size_t i = 0; i < count; i++) {
    size_t outer = (line + i) / axis[1].positions;
    size_t position[2] = {outer % axis[0].positions, (line + i) % axis[1].positions};
    ptrdiff_t source = line_index(m, outer / axis[0].positions, position, tap / axis[1].taps, tap % axis[1].taps);
    copies[i] = work->lines + (source < 0 ? work->line_count : (size_t)source) * work->width;
  }
}

// The product at some lines of positions.
static void multiply_lines_block(const line_work *work, size_t line, size_t count, float *panel) {
  const window_product *job = work->job;
  const window_axis *axis = job->windows.axis;
  size_t run = run_of(&job->windows), pieces = (run + block_depth - 1) / block_depth;
  for (size_t tap = 0; tap < axis[0].taps * axis[1].taps; tap++) {
    const float *copies[most_lines];
    find_copies(work, line, count, tap, copies);
    for (size_t piece = 0; piece < pieces; piece++) {
      size_t first = tk_start(run, piece, pieces), depth = tk_start(run, piece + 1, pieces) - first;
      product_block block = {
          .tiles = work->tiles,
          .rows = axis[2].positions,
          .columns = job->columns,
          .first = tap * run + first,
          .depth = depth,
          .lines = count,
          .a = copies,
          .a_first = first,
          .a_row = job->windows.cell,
          .a_depth = 1,
          .b = &job->weights,
          .c = job->y + line * axis[2].positions * job->cell,
          .c_row = job->cell,
          .bias = job->bias,
          .accumulate = tap > 0 || piece > 0,
      };
      multiply_block(&block, panel);
    }
  }
}

static void multiply_part(const void *context, size_t part, size_t parts) {
  const line_work *work = context;
  const window_matrix *m = &work->job->windows;
  size_t lines = m->batch * m->axis[0].positions * m->axis[1].positions;
  size_t most = block_rows / m->axis[2].positions;
  if (most == 0) most = 1;
  size_t end = tk_start(lines, part + 1, parts);
  for (size_t line = tk_start(lines, part, parts); line < end; line += most) {
    multiply_lines_block(work, line, smaller(most, end - line), work->panels + part * panel_count);
  }
}

bool multiply_lines(const window_product *job) {
  const window_matrix *m = &job->windows;
  size_t parts = tk_parts(window_rows(m) * window_columns(m) * job->columns / 8);
  line_work work = {
      .job = job,
      .tiles = tiles_of(tk_processor_level()),
      .line_count = m->batch * m->axis[0].extent * m->axis[1].extent,
      .width = (m->axis[2].positions + m->axis[2].taps - 1) * m->cell,
  };
  size_t count = (work.line_count + 1) * work.width, bytes = (count + parts * panel_count) * sizeof(float);
  work.lines = tk_allocate(bytes);
  if (work.lines == NULL) return false;
  work.panels = work.lines + count;
  memset(work.lines + work.line_count * work.width, 0, work.width * sizeof(float));
  tk_parallel(parts, copy_part, &work);
  tk_parallel(parts, multiply_part, &work);
  tk_release(work.lines, bytes);
  return true;
}
