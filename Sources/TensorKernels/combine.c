#include <math.h>
#include <string.h>

#include "levels.h"
#include "tk_arithmetic.h"
#include "tk_threads.h"

// MARK: - Rows of a broadcast

enum { last_axis = tk_axes - 1 };

static size_t outer_rows(const tk_broadcast *shape) {
  return shape->extents[0] * shape->extents[1] * shape->extents[2] * shape->extents[3];
}

// Where the row of the innermost axis begins in a tensor.
static size_t row_start(const tk_broadcast *shape, const size_t *strides, size_t row) {
  size_t offset = 0;
  for (int axis = last_axis - 1; axis >= 0; axis--) {
    offset += row % shape->extents[axis] * strides[axis];
    row /= shape->extents[axis];
  }
  return offset;
}

// MARK: - Forward

// The power of a square is what most powers are, and costs a hundredth.
static inline float power_of(float p, float q) { return q == 2 ? p * p : powf(p, q); }

// One number is often repeated along a row; each way has a loop of its own, for vectors.
#define EACH_PAIR(EXPRESSION)                       \
  if (a_step == 1 && b_step == 1) {                 \
    for (size_t i = 0; i < count; i++) {            \
      float p = a[i], q = b[i];                     \
      y[i] = EXPRESSION;                            \
    }                                               \
  } else if (a_step == 1 && b_step == 0) {          \
    float q = b[0];                                 \
    for (size_t i = 0; i < count; i++) {            \
      float p = a[i];                               \
      y[i] = EXPRESSION;                            \
    }                                               \
  } else {                                          \
    for (size_t i = 0; i < count; i++) {            \
      float p = a[i * a_step], q = b[i * b_step];   \
      y[i] = EXPRESSION;                            \
    }                                               \
  }

TK_LOOP combine_row_loop(
    tk_binary kind, const float *a, size_t a_step, const float *b, size_t b_step, float *y, size_t count) {
  switch (kind) {
    case tk_sum: EACH_PAIR(p + q) break;
    case tk_difference: EACH_PAIR(p - q) break;
    case tk_product: EACH_PAIR(p * q) break;
    case tk_quotient: EACH_PAIR(p / q) break;
    case tk_maximum: EACH_PAIR(p >= q || p != p ? p : q) break;
    case tk_minimum: EACH_PAIR(p <= q || p != p ? p : q) break;
    case tk_power: EACH_PAIR(power_of(p, q)) break;
  }
}
TK_LEVELS(
    combine_row,
    (tk_binary kind, const float *a, size_t a_step, const float *b, size_t b_step, float *y, size_t count),
    (kind, a, a_step, b, b_step, y, count))

typedef struct {
  tk_binary kind;
  const tk_broadcast *shape;
  const float *a, *b, *dy;
  tk_side side;
  float *out;
} combine_work;

static size_t cost_of(tk_binary kind, size_t count) { return kind == tk_power ? 16 * count : count; }

// Threads share elements, so that one long row is shared too.
static void combine_part(const void *context, size_t part, size_t parts) {
  const combine_work *work = context;
  const tk_broadcast *shape = work->shape;
  size_t count = shape->extents[last_axis], total = outer_rows(shape) * count;
  size_t a_step = shape->a_strides[last_axis], b_step = shape->b_strides[last_axis];
  size_t first = tk_start(total, part, parts), end = tk_start(total, part + 1, parts);
  while (first < end) {
    size_t row = first / count, column = first % count;
    size_t some = count - column < end - first ? count - column : end - first;
    combine_row(
        work->kind, work->a + row_start(shape, shape->a_strides, row) + column * a_step, a_step,
        work->b + row_start(shape, shape->b_strides, row) + column * b_step, b_step, work->out + first, some);
    first += some;
  }
}

void tk_combine(tk_binary kind, const tk_broadcast *shape, const float *a, const float *b, float *y) {
  combine_work work = {.kind = kind, .shape = shape, .a = a, .b = b, .out = y};
  tk_parallel(tk_parts(cost_of(kind, outer_rows(shape) * shape->extents[last_axis])), combine_part, &work);
}

// MARK: - Backward

// The derivative of p op q by one of them; g is that of the result.
#define TK_DERIVATIVE static inline __attribute__((always_inline)) float

TK_DERIVATIVE derivative_by_a(tk_binary kind, float p, float q, float g) {
  switch (kind) {
    case tk_sum:
    case tk_difference: return g;
    case tk_product: return g * q;
    case tk_quotient: return g / q;
    case tk_maximum: return p > q ? g : p == q ? 0.5f * g : 0;
    case tk_minimum: return p < q ? g : p == q ? 0.5f * g : 0;
    case tk_power: return q == 2 ? 2 * g * p : q == 0 ? 0 : g * q * powf(p, q - 1);
  }
  return 0;
}

TK_DERIVATIVE derivative_by_b(tk_binary kind, float p, float q, float g) {
  switch (kind) {
    case tk_sum: return g;
    case tk_difference: return -g;
    case tk_product: return g * p;
    case tk_quotient: return -g * (p / q / q);
    case tk_maximum: return q > p ? g : p == q ? 0.5f * g : 0;
    case tk_minimum: return q < p ? g : p == q ? 0.5f * g : 0;
    case tk_power: return p > 0 ? g * powf(p, q) * logf(p) : 0;
  }
  return 0;
}

// Adds to d, which is repeated along the row where its step is 0.
#define EACH_DERIVATIVE(SIDE, KIND)                                                        \
  if (d_step == 1 && a_step == 1 && b_step == 1) {                                         \
    for (size_t i = 0; i < count; i++) d[i] += derivative_by_##SIDE(KIND, a[i], b[i], dy[i]); \
  } else {                                                                                 \
    for (size_t i = 0; i < count; i++) {                                                   \
      d[i * d_step] += derivative_by_##SIDE(KIND, a[i * a_step], b[i * b_step], dy[i]);    \
    }                                                                                      \
  }

#define EACH_KIND(SIDE)                                         \
  switch (kind) {                                               \
    case tk_sum: EACH_DERIVATIVE(SIDE, tk_sum) break;           \
    case tk_difference: EACH_DERIVATIVE(SIDE, tk_difference) break; \
    case tk_product: EACH_DERIVATIVE(SIDE, tk_product) break;   \
    case tk_quotient: EACH_DERIVATIVE(SIDE, tk_quotient) break; \
    case tk_maximum: EACH_DERIVATIVE(SIDE, tk_maximum) break;   \
    case tk_minimum: EACH_DERIVATIVE(SIDE, tk_minimum) break;   \
    case tk_power: EACH_DERIVATIVE(SIDE, tk_power) break;       \
  }

TK_LOOP combine_back_loop(
    tk_binary kind, tk_side side, const float *a, size_t a_step, const float *b, size_t b_step, const float *dy,
    float *d, size_t count) {
  size_t d_step = side == tk_by_a ? a_step : b_step;
  switch (side) {
    case tk_by_a: EACH_KIND(a) break;
    case tk_by_b: EACH_KIND(b) break;
  }
}
TK_LEVELS(
    combine_back,
    (tk_binary kind, tk_side side, const float *a, size_t a_step, const float *b, size_t b_step, const float *dy,
     float *d, size_t count),
    (kind, side, a, a_step, b, b_step, dy, d, count))

// Rows that share no element of what is derived by: those of the outermost axes along which it is not repeated.
static size_t rows_apart(const tk_broadcast *shape, const size_t *strides) {
  size_t rows = 1;
  for (int axis = 0; axis < last_axis && (strides[axis] > 0 || shape->extents[axis] == 1); axis++) {
    rows *= shape->extents[axis];
  }
  return rows;
}

static const size_t *strides_of(const tk_broadcast *shape, tk_side side) {
  return side == tk_by_a ? shape->a_strides : shape->b_strides;
}

// What is repeated receives sums, in the order of the rows.
static void combine_back_part(const void *context, size_t part, size_t parts) {
  const combine_work *work = context;
  const tk_broadcast *shape = work->shape;
  const size_t *strides = strides_of(shape, work->side);
  size_t count = shape->extents[last_axis], apart = rows_apart(shape, strides), each = outer_rows(shape) / apart;
  for (size_t row = tk_start(apart, part, parts) * each; row < tk_start(apart, part + 1, parts) * each; row++) {
    combine_back(
        work->kind, work->side, work->a + row_start(shape, shape->a_strides, row), shape->a_strides[last_axis],
        work->b + row_start(shape, shape->b_strides, row), shape->b_strides[last_axis], work->dy + row * count,
        work->out + row_start(shape, strides, row), count);
  }
}

void tk_combine_backward(
    tk_binary kind, tk_side side, const tk_broadcast *shape, const float *a, const float *b, const float *dy,
    float *d) {
  combine_work work = {kind, shape, a, b, dy, side, d};
  tk_parallel(tk_parts(cost_of(kind, outer_rows(shape) * shape->extents[last_axis])), combine_back_part, &work);
}
