#include "tk_pooling.h"

#include <string.h>

#include "levels.h"
#include "tk_threads.h"

typedef struct {
  const tk_pool *shape;
  const float *from;
  float *to;
  int32_t *places;
  const int32_t *known_places;
} pool_work;

static size_t in_cells(const tk_pool *shape) { return shape->in[0] * shape->in[1] * shape->in[2]; }
static size_t out_cells(const tk_pool *shape) { return shape->out[0] * shape->out[1] * shape->out[2]; }

// An output cell of an example: where it is, and the spans of its window.
typedef struct {
  size_t example, position[3];
} out_cell;

static out_cell cell_at(const tk_pool *shape, size_t index) {
  out_cell cell;
  for (int a = 2; a >= 0; a--) {
    cell.position[a] = index % shape->out[a];
    index /= shape->out[a];
  }
  cell.example = index;
  return cell;
}

static inline void advance(const tk_pool *shape, out_cell *cell) {
  for (int a = 2; a >= 0; a--) {
    if (++cell->position[a] < shape->out[a]) return;
    cell->position[a] = 0;
  }
  cell->example++;
}

static inline void find_spans(const tk_pool *shape, const out_cell *cell, tk_span *spans) {
  for (int a = 0; a < 3; a++) spans[a] = shape->spans[a][cell->position[a]];
}

static inline size_t first_cell(const tk_pool *shape, const tk_span *spans) {
  return (spans[0].first * shape->in[1] + spans[1].first) * shape->in[2] + spans[2].first;
}

static inline size_t cell_count(const tk_span *spans) { return spans[0].count * spans[1].count * spans[2].count; }

static inline float share_of(const tk_span *spans) {
  size_t divisor = spans[0].divisor * spans[1].divisor * spans[2].divisor;
  return divisor == 0 ? 0 : 1.0f / (float)divisor;
}

// Runs BODY for each covered `cell` of the input's example.
#define EACH_CELL(SHAPE, SPANS, BODY)                                                                    \
  for (size_t d = 0; d < SPANS[0].count; d++) {                                                          \
    for (size_t h = 0; h < SPANS[1].count; h++) {                                                        \
      size_t line = (SPANS[0].first + d * SPANS[0].step) * SHAPE->in[1] + SPANS[1].first + h * SPANS[1].step; \
      for (size_t w = 0; w < SPANS[2].count; w++) {                                                      \
        size_t cell = line * SHAPE->in[2] + SPANS[2].first + w * SPANS[2].step;                          \
        BODY                                                                                             \
      }                                                                                                  \
    }                                                                                                    \
  }

// MARK: - Largest values

enum {
  // Channels that are compared at once, in registers for as long as a window lasts.
  strip = 16,
  // A window reads some lines of the map by turns, which no processor foresees: it is told, so many floats ahead.
  floats_ahead = 256,
};

typedef float strip_of_values __attribute__((vector_size(strip * 4), aligned(4)));
typedef int32_t strip_of_places __attribute__((vector_size(strip * 4), aligned(4)));

// NaN is larger than all.
static inline __attribute__((always_inline)) void max_of_strip(
    const pool_work *work, const tk_span *spans, const float *x, float *best, int32_t *places) {
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels;
  size_t start = first_cell(shape, spans);
  strip_of_values most = *(const strip_of_values *)(x + start * channels);
  strip_of_places place = (strip_of_places){0} + (int32_t)start;
  EACH_CELL(shape, spans, {
    strip_of_values value = *(const strip_of_values *)(x + cell * channels);
    __builtin_prefetch(x + cell * channels + floats_ahead);
    strip_of_places larger = (value > most) | (value != value);
    strip_of_places here = (strip_of_places){0} + (int32_t)cell;
    most = (strip_of_values)(((strip_of_places)value & larger) | ((strip_of_places)most & ~larger));
    place = (here & larger) | (place & ~larger);
  })
  *(strip_of_values *)best = most;
  if (places != NULL) *(strip_of_places *)places = place;
}

static inline void max_of_channel(
    const pool_work *work, const tk_span *spans, const float *x, float *best, int32_t *places) {
  const tk_pool *shape = work->shape;
  size_t start = first_cell(shape, spans);
  float most = x[start * shape->channels];
  size_t place = start;
  EACH_CELL(shape, spans, {
    float value = x[cell * shape->channels];
    if (value > most || value != value) {
      most = value;
      place = cell;
    }
  })
  *best = most;
  if (places != NULL) *places = (int32_t)place;
}

TK_LOOP max_cells_loop(const pool_work *work, size_t first, size_t end) {
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels, whole = channels / strip * strip;
  out_cell at = cell_at(shape, first);
  for (size_t index = first; index < end; index++, advance(shape, &at)) {
    tk_span spans[3];
    find_spans(shape, &at, spans);
    const float *x = work->from + at.example * in_cells(shape) * channels;
    float *best = work->to + index * channels;
    int32_t *places = work->places == NULL ? NULL : work->places + index * channels;
    if (cell_count(spans) == 0) {
      memset(best, 0, channels * sizeof(float));
      for (size_t c = 0; places != NULL && c < channels; c++) places[c] = -1;
      continue;
    }
    for (size_t c = 0; c < whole; c += strip) {
      max_of_strip(work, spans, x + c, best + c, places == NULL ? NULL : places + c);
    }
    for (size_t c = whole; c < channels; c++) {
      max_of_channel(work, spans, x + c, best + c, places == NULL ? NULL : places + c);
    }
  }
}
TK_LEVELS(max_cells, (const pool_work *work, size_t first, size_t end), (work, first, end))

static void max_part(const void *context, size_t part, size_t parts) {
  const pool_work *work = context;
  size_t cells = work->shape->batch * out_cells(work->shape);
  max_cells(work, tk_start(cells, part, parts), tk_start(cells, part + 1, parts));
}

void tk_max_pool(const tk_pool *shape, const float *x, float *y, int32_t *places) {
  pool_work work = {.shape = shape, .from = x, .to = y, .places = places};
  tk_parallel(tk_parts(shape->batch * in_cells(shape) * shape->channels), max_part, &work);
}

enum {
  // Cells of a window up to which it is faster to compare the places of a strip with each of them.
  most_compared = strip,
};

TK_LOOP max_back_loop(const pool_work *work, size_t n) {
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels, cells = out_cells(shape), whole = channels / strip * strip;
  float *dx = work->to + n * in_cells(shape) * channels;
  memset(dx, 0, in_cells(shape) * channels * sizeof(float));
  out_cell at = cell_at(shape, n * cells);
  for (size_t index = n * cells; index < (n + 1) * cells; index++, advance(shape, &at)) {
    tk_span spans[3];
    find_spans(shape, &at, spans);
    const float *dy = work->from + index * channels;
    const int32_t *places = work->known_places + index * channels;
    size_t compared = cell_count(spans) <= most_compared ? whole : 0;
    for (size_t c = 0; c < compared; c += strip) {
      strip_of_places place = *(const strip_of_places *)(places + c), value = *(const strip_of_places *)(dy + c);
      EACH_CELL(shape, spans, {
        strip_of_values *target = (strip_of_values *)(dx + cell * channels + c);
        *target += (strip_of_values)(value & (place == (strip_of_places){0} + (int32_t)cell));
      })
    }
    for (size_t c = compared; c < channels; c++) {
      if (places[c] >= 0) dx[(size_t)places[c] * channels + c] += dy[c];
    }
  }
}
TK_LEVELS(max_back, (const pool_work *work, size_t n), (work, n))

// Windows overlap within an example, so threads share examples.
static void max_back_part(const void *context, size_t part, size_t parts) {
  const pool_work *work = context;
  size_t batch = work->shape->batch;
  for (size_t n = tk_start(batch, part, parts); n < tk_start(batch, part + 1, parts); n++) max_back(work, n);
}

void tk_max_pool_backward(const tk_pool *shape, const int32_t *places, const float *dy, float *dx) {
  pool_work work = {.shape = shape, .from = dy, .to = dx, .known_places = places};
  tk_parallel(tk_parts(shape->batch * in_cells(shape) * shape->channels), max_back_part, &work);
}

// MARK: - Averages

TK_LOOP average_cells_loop(const pool_work *work, size_t first, size_t end) {
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels;
  out_cell at = cell_at(shape, first);
  for (size_t index = first; index < end; index++, advance(shape, &at)) {
    tk_span spans[3];
    find_spans(shape, &at, spans);
    const float *x = work->from + at.example * in_cells(shape) * channels;
    float *sums = work->to + index * channels;
    memset(sums, 0, channels * sizeof(float));
    EACH_CELL(shape, spans, {
      const float *source = x + cell * channels;
      for (size_t c = 0; c < channels; c++) sums[c] += source[c];
    })
    float share = share_of(spans);
    for (size_t c = 0; c < channels; c++) sums[c] *= share;
  }
}
TK_LEVELS(average_cells, (const pool_work *work, size_t first, size_t end), (work, first, end))

static void average_part(const void *context, size_t part, size_t parts) {
  const pool_work *work = context;
  size_t cells = work->shape->batch * out_cells(work->shape);
  average_cells(work, tk_start(cells, part, parts), tk_start(cells, part + 1, parts));
}

void tk_average_pool(const tk_pool *shape, const float *x, float *y) {
  pool_work work = {.shape = shape, .from = x, .to = y};
  tk_parallel(tk_parts(shape->batch * in_cells(shape) * shape->channels), average_part, &work);
}

TK_LOOP average_back_loop(const pool_work *work, size_t n) {
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels, cells = out_cells(shape);
  float *dx = work->to + n * in_cells(shape) * channels;
  memset(dx, 0, in_cells(shape) * channels * sizeof(float));
  out_cell at = cell_at(shape, n * cells);
  for (size_t index = n * cells; index < (n + 1) * cells; index++, advance(shape, &at)) {
    tk_span spans[3];
    find_spans(shape, &at, spans);
    float share = share_of(spans);
    const float *dy = work->from + index * channels;
    EACH_CELL(shape, spans, {
      float *target = dx + cell * channels;
      for (size_t c = 0; c < channels; c++) target[c] += dy[c] * share;
    })
  }
}
TK_LEVELS(average_back, (const pool_work *work, size_t n), (work, n))

static void average_back_part(const void *context, size_t part, size_t parts) {
  const pool_work *work = context;
  size_t batch = work->shape->batch;
  for (size_t n = tk_start(batch, part, parts); n < tk_start(batch, part + 1, parts); n++) average_back(work, n);
}

void tk_average_pool_backward(const tk_pool *shape, const float *dy, float *dx) {
  pool_work work = {.shape = shape, .from = dy, .to = dx};
  tk_parallel(tk_parts(shape->batch * in_cells(shape) * shape->channels), average_back_part, &work);
}
