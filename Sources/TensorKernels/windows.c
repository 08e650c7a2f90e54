#include "windows.h"

#include <string.h>

#include "levels.h"

bool window_is_plain(const window_matrix *m) {
  for (int a = 0; a < 3; a++) {
    const window_axis *axis = &m->axis[a];
    if (axis->taps != 1 || axis->first != 0 || axis->step != 1 || axis->positions != axis->extent) return false;
  }
  return true;
}

// The columns asked for, and the row they are written to.
typedef struct {
  size_t column, end;
  float *target;
  /// Up to here sixteen floats may be read at once.
  const float *wide_limit;
} gathered_row;

typedef float sixteen __attribute__((vector_size(gather_slack * 4), aligned(4)));

// Columns from `start` on, as far as they are asked for; zeros where there is no source. They are written from left to
// right, so that a short run may be written as sixteen floats: what is too much is written again.
static inline void emit(const gathered_row *row, size_t start, size_t count, const float *source) {
  size_t from = start > row->column ? start : row->column;
  size_t to = start + count < row->end ? start + count : row->end;
  if (from >= to) return;
  float *target = row->target + (from - row->column);
  size_t length = to - from;
  if (source == NULL) {
    if (length <= gather_slack) {
      *(sixteen *)target = (sixteen){0};
    } else {
      memset(target, 0, length * sizeof(float));
    }
    return;
  }
  source += from - start;
  if (length <= gather_slack && source <= row->wide_limit) {
    *(sixteen *)target = *(const sixteen *)source;
  } else {
    memcpy(target, source, length * sizeof(float));
  }
}

// The taps of the innermost axis, from the first up to `to`, that read cells of the map.
typedef struct {
  ptrdiff_t from, to;
} tap_range;

static inline tap_range taps_inside(const window_axis *axis, ptrdiff_t first) {
  ptrdiff_t taps = (ptrdiff_t)axis->taps, extent = (ptrdiff_t)axis->extent;
  tap_range range = {first < 0 ? (-first < taps ? -first : taps) : 0, extent - first < taps ? extent - first : taps};
  if (range.to < range.from) range.to = range.from;
  return range;
}

// The taps of the innermost axis. Where they follow each other in memory they are copied at once.
static void gather_line(const window_matrix *m, const gathered_row *row, size_t start, size_t position, const float *line) {
  const window_axis *axis = &m->axis[2];
  ptrdiff_t first = axis->first + (ptrdiff_t)position * axis->step;
  size_t channels = m->channels;
  if (line == NULL) {
    emit(row, start, axis->taps * channels, NULL);
  } else if (axis->tap_step == 1 && channels == m->cell) {
    tap_range taps = taps_inside(axis, first);
    size_t from = (size_t)taps.from * channels, to = (size_t)taps.to * channels;
    emit(row, start, from, NULL);
    emit(row, start + from, to - from, line + (first + taps.from) * (ptrdiff_t)channels);
    emit(row, start + to, axis->taps * channels - to, NULL);
  } else {
    for (size_t tap = 0; tap < axis->taps; tap++) {
      ptrdiff_t cell = first + (ptrdiff_t)tap * axis->tap_step;
      bool inside = cell >= 0 && cell < (ptrdiff_t)axis->extent;
      emit(row, start + tap * channels, channels, inside ? line + cell * (ptrdiff_t)m->cell : NULL);
    }
  }
}

static ptrdiff_t cell_of(const window_axis *axis, size_t position, size_t tap) {
  ptrdiff_t cell = axis->first + (ptrdiff_t)position * axis->step + (ptrdiff_t)tap * axis->tap_step;
  return cell >= 0 && cell < (ptrdiff_t)axis->extent ? cell : -1;
}

ptrdiff_t line_index(const window_matrix *m, size_t example, const size_t *position, size_t outer, size_t inner) {
  const window_axis *axis = m->axis;
  ptrdiff_t d = cell_of(&axis[0], position[0], outer), h = cell_of(&axis[1], position[1], inner);
  if (d < 0 || h < 0) return -1;
  return (ptrdiff_t)((example * axis[0].extent + (size_t)d) * axis[1].extent + (size_t)h);
}

// The lines that the runs of a window read, from `first` on.
static inline void find_lines(
    const window_matrix *m, size_t example, const size_t *position, size_t first, size_t count, const float **lines) {
  size_t outer = first / m->axis[1].taps, inner = first % m->axis[1].taps;
  for (size_t i = 0; i < count; i++) {
    ptrdiff_t line = line_index(m, example, position, outer, inner);
    lines[i] = line < 0 ? NULL : m->x + (size_t)line * m->axis[2].extent * m->cell;
    if (++inner == m->axis[1].taps) {
      inner = 0;
      outer++;
    }
  }
}

// All columns of a row, as runs of at most sixteen floats that follow each other in their lines from `start` on; floats
// `from` up to `to` of a run lie inside the line.
static inline __attribute__((always_inline)) void gather_short_runs(
    const gathered_row *row, const float *const *lines, size_t count, size_t run, ptrdiff_t start, size_t from, size_t to) {
  const sixteen zeros = {0};
  float *target = row->target;
  for (size_t i = 0; i < count; i++, target += run) {
    if (lines[i] == NULL || from == to) {
      *(sixteen *)target = zeros;
      continue;
    }
    const float *source = lines[i] + start + (ptrdiff_t)from;
    if (from > 0) *(sixteen *)target = zeros;
    if (source <= row->wide_limit) {
      *(sixteen *)(target + from) = *(const sixteen *)source;
    } else {
      memcpy(target + from, source, (to - from) * sizeof(float));
    }
    if (to < run) *(sixteen *)(target + to) = zeros;
  }
}

TK_LOOP gather_loop(
    const window_matrix *m, size_t row, size_t rows, size_t column, size_t columns, float *target, size_t target_row) {
  const window_axis *axis = m->axis;
  size_t run = axis[2].taps * m->channels;
  bool has_short_runs = column == 0 && columns == window_columns(m) && run <= gather_slack && axis[2].tap_step == 1
      && m->channels == m->cell;
  size_t first_run = column / run, last_run = (column + columns - 1) / run;
  size_t runs = last_run + 1 - first_run;
  size_t position[3];
  size_t rest = row;
  for (int a = 2; a >= 0; a--) {
    position[a] = rest % axis[a].positions;
    rest /= axis[a].positions;
  }
  size_t example = rest;
  gathered_row out = {column, column + columns, target, m->end - gather_slack};
  const float *lines[most_gathered + 1];
  bool has_lines = false;
  for (size_t i = 0; i < rows; i++) {
    // Windows on one line of positions read the same lines of the map.
    if (!has_lines || position[2] == 0) find_lines(m, example, position, first_run, runs, lines);
    has_lines = true;
    if (has_short_runs) {
      ptrdiff_t start = axis[2].first + (ptrdiff_t)position[2] * axis[2].step;
      tap_range taps = taps_inside(&axis[2], start);
      gather_short_runs(
          &out, lines, runs, run, start * (ptrdiff_t)m->cell, (size_t)taps.from * m->cell, (size_t)taps.to * m->cell);
    } else {
      for (size_t k = 0; k < runs; k++) gather_line(m, &out, (first_run + k) * run, position[2], lines[k]);
    }
    out.target += target_row;
    for (int a = 2; a >= 0; a--) {
      if (++position[a] < axis[a].positions) break;
      position[a] = 0;
      if (a == 0) example++;
    }
  }
}
TK_LEVELS(
    gather,
    (const window_matrix *m, size_t row, size_t rows, size_t column, size_t columns, float *target, size_t target_row),
    (m, row, rows, column, columns, target, target_row))

void gather_windows(
    const window_matrix *m, size_t row, size_t rows, size_t column, size_t columns, float *target, size_t target_row) {
  gather(m, row, rows, column, columns, target, target_row);
}
