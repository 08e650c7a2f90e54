// Positions of a window over maps, for convolutions forward and backward.
#ifndef TK_WINDOWS_H
#define TK_WINDOWS_H

#include <stdbool.h>
#include <stddef.h>

/// Along one axis: at position i, tap t reads cell `first` + i * `step` + t * `tap_step` of `extent` cells, or a zero
/// where there is no such cell.
typedef struct {
  size_t positions;
  size_t taps;
  ptrdiff_t first, step, tap_step;
  size_t extent;
} window_axis;

/// A matrix that is never stored whole: a row for each position of each example, a column for each channel of each tap.
typedef struct {
  window_axis axis[3];
  size_t batch;
  /// Channels of a cell of `x`, and how many of them, from the first on, the window reads.
  size_t cell, channels;
  const float *x;
  /// The end of the memory that x lies in.
  const float *end;
} window_matrix;

static inline size_t window_rows(const window_matrix *m) {
  return m->batch * m->axis[0].positions * m->axis[1].positions * m->axis[2].positions;
}

static inline size_t window_columns(const window_matrix *m) {
  return m->axis[0].taps * m->axis[1].taps * m->axis[2].taps * m->channels;
}

/// Whether the matrix is `x` itself, its rows `cell` apart.
bool window_is_plain(const window_matrix *m);

/// The line of the map, counted through all examples, that the outer taps read at a position; -1 for none.
ptrdiff_t line_index(const window_matrix *m, size_t example, const size_t *position, size_t outer, size_t inner);

/// Writes a block of the matrix: `rows` rows from `row` on, `columns` columns from `column` on, of which there are at most
/// `most_gathered`, rows `target_row` apart. What lies behind a row, and `gather_slack` floats behind the last one, may be
/// written too.
void gather_windows(
    const window_matrix *m, size_t row, size_t rows, size_t column, size_t columns, float *target, size_t target_row);

enum {
  gather_slack = 16,
  most_gathered = 512,
};

#endif
