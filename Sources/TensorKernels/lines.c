#include "lines.h"

#include <math.h>

#include "functions.h"
#include "levels.h"
#include "tk_threads.h"

// MARK: - Sharing work

typedef struct {
  const tk_lines *shape;
  strip_function work;
  const void *context;
} strip_job;

static void strip_part(const void *context, size_t part, size_t parts) {
  const strip_job *job = context;
  const tk_lines *shape = job->shape;
  size_t strips = (shape->inner + strip - 1) / strip, units = shape->outer * strips;
  for (size_t unit = tk_start(units, part, parts); unit < tk_start(units, part + 1, parts); unit++) {
    size_t outer = unit / strips, first = unit % strips * strip, rest = shape->inner - first;
    line_strip at = {
        .start = outer * shape->count * shape->inner + first,
        .line = outer * shape->inner + first,
        .width = rest < strip ? rest : strip,
    };
    job->work(job->context, shape, at);
  }
}

void each_strip(const tk_lines *shape, strip_function work, const void *context) {
  strip_job job = {shape, work, context};
  tk_parallel(tk_parts(shape->outer * shape->count * shape->inner), strip_part, &job);
}

// MARK: - One number for each line

// Sums are made in doubles: lines may be whole maps.
TK_LOOP sum_line_loop(const float *x, size_t count, bool squares, double *sum) {
  double partial[lanes] = {0};
  size_t whole = count / lanes * lanes;
  for (size_t k = 0; k < whole; k += lanes) {
    for (size_t j = 0; j < lanes; j++) {
      double value = x[k + j];
      partial[j] += squares ? value * value : value;
    }
  }
  for (size_t k = whole; k < count; k++) partial[k - whole] += squares ? (double)x[k] * x[k] : x[k];
  *sum = 0;
  for (size_t j = 0; j < lanes; j++) *sum += partial[j];
}
TK_LEVELS(sum_line, (const float *x, size_t count, bool squares, double *sum), (x, count, squares, sum))

TK_LOOP sum_strip_loop(const float *x, size_t count, size_t inner, size_t width, bool squares, double *sums) {
  for (size_t j = 0; j < width; j++) sums[j] = 0;
  for (size_t k = 0; k < count; k++) {
    const float *row = x + k * inner;
    for (size_t j = 0; j < width; j++) {
      double value = row[j];
      sums[j] += squares ? value * value : value;
    }
  }
}
TK_LEVELS(
    sum_strip, (const float *x, size_t count, size_t inner, size_t width, bool squares, double *sums),
    (x, count, inner, width, squares, sums))

// NaN is larger, and smaller, than all.
TK_LOOP extreme_line_loop(const float *x, size_t count, float sign, float *y) {
  float best[lanes];
  for (size_t j = 0; j < lanes; j++) best[j] = sign * x[0];
  size_t whole = count / lanes * lanes;
  for (size_t k = 0; k < whole; k += lanes) {
    for (size_t j = 0; j < lanes; j++) {
      float value = sign * x[k + j];
      best[j] = value > best[j] || value != value ? value : best[j];
    }
  }
  for (size_t k = whole; k < count; k++) {
    float value = sign * x[k];
    best[0] = value > best[0] || value != value ? value : best[0];
  }
  for (size_t j = 1; j < lanes; j++) best[0] = best[j] > best[0] || best[j] != best[j] ? best[j] : best[0];
  *y = sign * best[0];
}
TK_LEVELS(extreme_line, (const float *x, size_t count, float sign, float *y), (x, count, sign, y))

TK_LOOP extreme_strip_loop(const float *x, size_t count, size_t inner, size_t width, float sign, float *y) {
  float best[strip];
  for (size_t j = 0; j < width; j++) best[j] = sign * x[j];
  for (size_t k = 1; k < count; k++) {
    const float *row = x + k * inner;
    for (size_t j = 0; j < width; j++) {
      float value = sign * row[j];
      best[j] = value > best[j] || value != value ? value : best[j];
    }
  }
  for (size_t j = 0; j < width; j++) y[j] = sign * best[j];
}
TK_LEVELS(
    extreme_strip, (const float *x, size_t count, size_t inner, size_t width, float sign, float *y),
    (x, count, inner, width, sign, y))

typedef struct {
  tk_reduction kind;
  const float *x, *y, *dy;
  float *out;
} reduce_work;

static void reduce_strip(const void *context, const tk_lines *shape, line_strip at) {
  const reduce_work *work = context;
  const float *x = work->x + at.start;
  float *y = work->out + at.line;
  double sums[strip];
  switch (work->kind) {
    case tk_line_maximum:
    case tk_line_minimum: {
      float sign = work->kind == tk_line_maximum ? 1 : -1;
      if (shape->inner == 1) {
        extreme_line(x, shape->count, sign, y);
      } else {
        extreme_strip(x, shape->count, shape->inner, at.width, sign, y);
      }
      return;
    }
    case tk_line_sum:
    case tk_line_mean:
    case tk_line_norm: break;
  }
  bool squares = work->kind == tk_line_norm;
  if (shape->inner == 1) {
    sum_line(x, shape->count, squares, sums);
  } else {
    sum_strip(x, shape->count, shape->inner, at.width, squares, sums);
  }
  for (size_t j = 0; j < at.width; j++) {
    double sum = work->kind == tk_line_mean ? sums[j] / (double)shape->count : sums[j];
    y[j] = (float)(squares ? sqrt(sum) : sum);
  }
}

void tk_reduce(tk_reduction kind, const tk_lines *shape, const float *x, float *y) {
  reduce_work work = {.kind = kind, .x = x, .out = y};
  each_strip(shape, reduce_strip, &work);
}

// MARK: - Backward

TK_LOOP count_ties_loop(const float *x, size_t count, size_t inner, size_t width, const float *y, float *ties) {
  for (size_t j = 0; j < width; j++) ties[j] = 0;
  for (size_t k = 0; k < count; k++) {
    const float *row = x + k * inner;
    for (size_t j = 0; j < width; j++) ties[j] += row[j] == y[j] ? 1 : 0;
  }
}
TK_LEVELS(
    count_ties, (const float *x, size_t count, size_t inner, size_t width, const float *y, float *ties),
    (x, count, inner, width, y, ties))

// dx = the share of its line, times what the kind says of x.
#define EACH_SHARE(EXPRESSION)                             \
  if (inner == 1) {                                        \
    float share = shares[0], extreme = y[0];               \
    (void)extreme;                                         \
    for (size_t k = 0; k < count; k++) {                   \
      float value = x[k];                                  \
      (void)value;                                         \
      dx[k] = EXPRESSION;                                  \
    }                                                      \
  } else {                                                 \
    for (size_t k = 0; k < count; k++) {                   \
      for (size_t j = 0; j < width; j++) {                 \
        float share = shares[j], extreme = y[j];           \
        float value = x[k * inner + j];                    \
        (void)value, (void)extreme;                        \
        dx[k * inner + j] = EXPRESSION;                    \
      }                                                    \
    }                                                      \
  }

TK_LOOP spread_loop(
    tk_reduction kind, const float *x, size_t count, size_t inner, size_t width, const float *y, const float *shares,
    float *dx) {
  switch (kind) {
    case tk_line_sum:
    case tk_line_mean: EACH_SHARE(share) break;
    case tk_line_norm: EACH_SHARE(value * share) break;
    case tk_line_maximum:
    case tk_line_minimum: EACH_SHARE(value == extreme ? share : 0) break;
  }
}
TK_LEVELS(
    spread,
    (tk_reduction kind, const float *x, size_t count, size_t inner, size_t width, const float *y, const float *shares,
     float *dx),
    (kind, x, count, inner, width, y, shares, dx))

static void reduce_back_strip(const void *context, const tk_lines *shape, line_strip at) {
  const reduce_work *work = context;
  const float *x = work->x + at.start, *y = work->y + at.line, *dy = work->dy + at.line;
  float shares[strip], ties[strip];
  switch (work->kind) {
    case tk_line_sum:
      for (size_t j = 0; j < at.width; j++) shares[j] = dy[j];
      break;
    case tk_line_mean:
      for (size_t j = 0; j < at.width; j++) shares[j] = dy[j] / (float)shape->count;
      break;
    case tk_line_norm:
      for (size_t j = 0; j < at.width; j++) shares[j] = y[j] == 0 ? 0 : dy[j] / y[j];
      break;
    case tk_line_maximum:
    case tk_line_minimum:
      count_ties(x, shape->count, shape->inner, at.width, y, ties);
      for (size_t j = 0; j < at.width; j++) shares[j] = dy[j] / ties[j];
      break;
  }
  spread(work->kind, x, shape->count, shape->inner, at.width, y, shares, work->out + at.start);
}

void tk_reduce_backward(
    tk_reduction kind, const tk_lines *shape, const float *x, const float *y, const float *dy, float *dx) {
  reduce_work work = {kind, x, y, dy, dx};
  each_strip(shape, reduce_back_strip, &work);
}
