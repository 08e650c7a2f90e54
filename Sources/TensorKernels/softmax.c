#include "functions.h"
#include "levels.h"
#include "lines.h"

// MARK: - Softmax

TK_LOOP softmax_line_loop(const float *in, size_t count, bool logarithm, float *out) {
  float most[lanes], largest, sum;
  for (size_t l = 0; l < lanes; l++) most[l] = in[0];
  size_t whole = count / lanes * lanes;
  for (size_t j = 0; j < whole; j += lanes) {
    for (size_t l = 0; l < lanes; l++) most[l] = in[j + l] > most[l] ? in[j + l] : most[l];
  }
  for (size_t j = whole; j < count; j++) most[0] = in[j] > most[0] ? in[j] : most[0];
  largest = most[0];
  for (size_t l = 1; l < lanes; l++) largest = most[l] > largest ? most[l] : largest;
  for (size_t j = 0; j < count; j++) out[j] = fast_exp(in[j] - largest);
  SUM_IN_LANES(sum, count, out[i]);
  if (logarithm) {
    float shift = largest + fast_log(sum);
    for (size_t j = 0; j < count; j++) out[j] = in[j] - shift;
  } else {
    float factor = 1 / sum;
    for (size_t j = 0; j < count; j++) out[j] *= factor;
  }
}
TK_LEVELS(
    softmax_line, (const float *in, size_t count, bool logarithm, float *out), (in, count, logarithm, out))

TK_LOOP softmax_strip_loop(
    const float *in, size_t count, size_t inner, size_t width, bool logarithm, float *out) {
  float largest[strip], sums[strip];
  for (size_t j = 0; j < width; j++) {
    largest[j] = in[j];
    sums[j] = 0;
  }
  for (size_t k = 1; k < count; k++) {
    const float *row = in + k * inner;
    for (size_t j = 0; j < width; j++) largest[j] = row[j] > largest[j] ? row[j] : largest[j];
  }
  for (size_t k = 0; k < count; k++) {
    const float *row = in + k * inner;
    float *target = out + k * inner;
    for (size_t j = 0; j < width; j++) {
      float power = fast_exp(row[j] - largest[j]);
      target[j] = power;
      sums[j] += power;
    }
  }
  for (size_t j = 0; j < width; j++) sums[j] = logarithm ? largest[j] + fast_log(sums[j]) : 1 / sums[j];
  for (size_t k = 0; k < count; k++) {
    const float *row = in + k * inner;
    float *target = out + k * inner;
    for (size_t j = 0; j < width; j++) target[j] = logarithm ? row[j] - sums[j] : target[j] * sums[j];
  }
}
TK_LEVELS(
    softmax_strip, (const float *in, size_t count, size_t inner, size_t width, bool logarithm, float *out),
    (in, count, inner, width, logarithm, out))

typedef struct {
  bool logarithm;
  float epsilon;
  const float *in, *norms, *dy;
  float *out;
} line_work;

static void softmax_work(const void *context, const tk_lines *shape, line_strip at) {
  const line_work *work = context;
  if (shape->inner == 1) {
    softmax_line(work->in + at.start, shape->count, work->logarithm, work->out + at.start);
  } else {
    softmax_strip(
        work->in + at.start, shape->count, shape->inner, at.width, work->logarithm, work->out + at.start);
  }
}

void tk_softmax(const tk_lines *shape, bool logarithm, const float *x, float *y) {
  line_work work = {.logarithm = logarithm, .in = x, .out = y};
  each_strip(shape, softmax_work, &work);
}

TK_LOOP softmax_line_back_loop(
    const float *out, const float *gradient, size_t count, bool logarithm, float *target) {
  float sum;
  if (logarithm) {
    SUM_IN_LANES(sum, count, gradient[i]);
    for (size_t j = 0; j < count; j++) target[j] = gradient[j] - fast_exp(out[j]) * sum;
  } else {
    SUM_IN_LANES(sum, count, gradient[i] * out[i]);
    for (size_t j = 0; j < count; j++) target[j] = out[j] * (gradient[j] - sum);
  }
}
TK_LEVELS(
    softmax_line_back, (const float *out, const float *gradient, size_t count, bool logarithm, float *target),
    (out, gradient, count, logarithm, target))

TK_LOOP softmax_strip_back_loop(
    const float *out, const float *gradient, size_t count, size_t inner, size_t width, bool logarithm, float *target) {
  float sums[strip] = {0};
  for (size_t i = 0; i < count * inner; i += inner) {
    for (size_t j = 0; j < width; j++) sums[j] += logarithm ? gradient[i + j] : gradient[i + j] * out[i + j];
  }
  for (size_t i = 0; i < count * inner; i += inner) {
    for (size_t j = 0; j < width; j++) {
      target[i + j] = logarithm ? gradient[i + j] - fast_exp(out[i + j]) * sums[j]
                                : out[i + j] * (gradient[i + j] - sums[j]);
    }
  }
}
TK_LEVELS(
    softmax_strip_back,
    (const float *out, const float *gradient, size_t count, size_t inner, size_t width, bool logarithm, float *target),
    (out, gradient, count, inner, width, logarithm, target))

static void softmax_back_work(const void *context, const tk_lines *shape, line_strip at) {
  const line_work *work = context;
  const float *y = work->in + at.start, *dy = work->dy + at.start;
  float *dx = work->out + at.start;
  if (shape->inner == 1) {
    softmax_line_back(y, dy, shape->count, work->logarithm, dx);
  } else {
    softmax_strip_back(y, dy, shape->count, shape->inner, at.width, work->logarithm, dx);
  }
}

void tk_softmax_backward(const tk_lines *shape, bool logarithm, const float *y, const float *dy, float *dx) {
  line_work work = {.logarithm = logarithm, .in = y, .dy = dy, .out = dx};
  each_strip(shape, softmax_back_work, &work);
}

// MARK: - Lines of length one

static inline float larger(float a, float b) { return a > b || a != a ? a : b; }

TK_LOOP divide_loop(const float *x, size_t count, size_t inner, size_t width, const float *factors, float *y) {
  if (inner == 1) {
    for (size_t k = 0; k < count; k++) y[k] = x[k] * factors[0];
    return;
  }
  for (size_t i = 0; i < count * inner; i += inner) {
    for (size_t j = 0; j < width; j++) y[i + j] = x[i + j] * factors[j];
  }
}
TK_LEVELS(
    divide, (const float *x, size_t count, size_t inner, size_t width, const float *factors, float *y),
    (x, count, inner, width, factors, y))

static void unit_work(const void *context, const tk_lines *shape, line_strip at) {
  const line_work *work = context;
  float factors[strip];
  for (size_t j = 0; j < at.width; j++) factors[j] = 1 / larger(work->norms[at.line + j], work->epsilon);
  divide(work->in + at.start, shape->count, shape->inner, at.width, factors, work->out + at.start);
}

void tk_unit(const tk_lines *shape, float epsilon, const float *x, const float *norms, float *y) {
  line_work work = {.epsilon = epsilon, .in = x, .norms = norms, .out = y};
  each_strip(shape, unit_work, &work);
}

// dx = (dy - y * (the sum of dy * y)) / norm; below epsilon the divisor does not depend on x.
TK_LOOP unit_back_loop(
    const float *y, const float *dy, size_t count, size_t inner, size_t width, const float *norms, float epsilon,
    float *dx) {
  float sums[strip] = {0}, factors[strip];
  if (inner == 1) {
    SUM_IN_LANES(sums[0], count, dy[i] * y[i]);
  } else {
    for (size_t i = 0; i < count * inner; i += inner) {
      for (size_t j = 0; j < width; j++) sums[j] += dy[i + j] * y[i + j];
    }
  }
  for (size_t j = 0; j < width; j++) {
    sums[j] = norms[j] < epsilon ? 0 : sums[j];
    factors[j] = 1 / larger(norms[j], epsilon);
  }
  if (inner == 1) {
    for (size_t k = 0; k < count; k++) dx[k] = (dy[k] - y[k] * sums[0]) * factors[0];
    return;
  }
  for (size_t i = 0; i < count * inner; i += inner) {
    for (size_t j = 0; j < width; j++) dx[i + j] = (dy[i + j] - y[i + j] * sums[j]) * factors[j];
  }
}
TK_LEVELS(
    unit_back,
    (const float *y, const float *dy, size_t count, size_t inner, size_t width, const float *norms, float epsilon,
     float *dx),
    (y, dy, count, inner, width, norms, epsilon, dx))

static void unit_back_work(const void *context, const tk_lines *shape, line_strip at) {
  const line_work *work = context;
  unit_back(
      work->in + at.start, work->dy + at.start, shape->count, shape->inner, at.width, work->norms + at.line,
      work->epsilon, work->out + at.start);
}

void tk_unit_backward(
    const tk_lines *shape, float epsilon, const float *y, const float *norms, const float *dy, float *dx) {
  line_work work = {.epsilon = epsilon, .in = y, .norms = norms, .dy = dy, .out = dx};
  each_strip(shape, unit_back_work, &work);
}
