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

// The spans of an output cell.
static inline void find_spans(const tk_pool *shape, size_t cell, tk_span *spans) {
  for (int a = 2; a >= 0; a--) {
    spans[a] = shape->spans[a][cell % shape->out[a]];
    cell /= shape->out[a];
  }
}

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

TK_LOOP take_larger_loop(const float *x, float *best, int32_t *places, int32_t place, size_t channels) {
  if (places == NULL) {
    for (size_t c = 0; c < channels; c++) best[c] = x[c] > best[c] || x[c] != x[c] ? x[c] : best[c];
  } else {
    for (size_t c = 0; c < channels; c++) {
      int larger = x[c] > best[c] || x[c] != x[c];
      best[c] = larger ? x[c] : best[c];
      places[c] = larger ? place : places[c];
    }
  }
}

TK_LOOP max_cells_loop(const pool_work *work, size_t first, size_t end) {
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels;
  for (size_t index = first; index < end; index++) {
    tk_span spans[3];
    find_spans(shape, index % out_cells(shape), spans);
    const float *x = work->from + index / out_cells(shape) * in_cells(shape) * channels;
    float *best = work->to + index * channels;
    int32_t *places = work->places == NULL ? NULL : work->places + index * channels;
    int is_first = 1;
    EACH_CELL(shape, spans, {
      if (is_first) {
        memcpy(best, x + cell * channels, channels * sizeof(float));
        for (size_t c = 0; places != NULL && c < channels; c++) places[c] = (int32_t)cell;
        is_first = 0;
      } else {
        take_larger_loop(x + cell * channels, best, places, (int32_t)cell, channels);
      }
    })
    if (is_first) {
      memset(best, 0, channels * sizeof(float));
      for (size_t c = 0; places != NULL && c < channels; c++) places[c] = -1;
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

// Windows overlap within an example, so threads share examples.
static void max_back_part(const void *context, size_t part, size_t parts) {
  const pool_work *work = context;
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels, cells = out_cells(shape);
  for (size_t n = tk_start(shape->batch, part, parts); n < tk_start(shape->batch, part + 1, parts); n++) {
    float *dx = work->to + n * in_cells(shape) * channels;
    memset(dx, 0, in_cells(shape) * channels * sizeof(float));
    const float *dy = work->from + n * cells * channels;
    const int32_t *places = work->known_places + n * cells * channels;
    for (size_t cell = 0; cell < cells; cell++) {
      for (size_t c = 0; c < channels; c++) {
        int32_t place = places[cell * channels + c];
        if (place >= 0) dx[(size_t)place * channels + c] += dy[cell * channels + c];
      }
    }
  }
}

void tk_max_pool_backward(const tk_pool *shape, const int32_t *places, const float *dy, float *dx) {
  pool_work work = {.shape = shape, .from = dy, .to = dx, .known_places = places};
  tk_parallel(tk_parts(shape->batch * in_cells(shape) * shape->channels), max_back_part, &work);
}

// MARK: - Averages

TK_LOOP average_cells_loop(const pool_work *work, size_t first, size_t end) {
  const tk_pool *shape = work->shape;
  size_t channels = shape->channels;
  for (size_t index = first; index < end; index++) {
    tk_span spans[3];
    find_spans(shape, index % out_cells(shape), spans);
    const float *x = work->from + index / out_cells(shape) * in_cells(shape) * channels;
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
  for (size_t index = 0; index < cells; index++) {
    tk_span spans[3];
    find_spans(shape, index, spans);
    float share = share_of(spans);
    const float *dy = work->from + (n * cells + index) * channels;
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
