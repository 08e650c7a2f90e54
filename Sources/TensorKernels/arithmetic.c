#include "tk_arithmetic.h"

#include <string.h>

#include "levels.h"
#include "tk_threads.h"

// MARK: - Sums

typedef struct {
  float *target;
  const float *source;
  float factor;
  size_t count;
} sum_work;

TK_LOOP add_loop(float *target, const float *source, size_t count) {
  for (size_t i = 0; i < count; i++) target[i] += source[i];
}
TK_LEVELS(add, (float *target, const float *source, size_t count), (target, source, count))

static void add_part(const void *context, size_t part, size_t parts) {
  const sum_work *work = context;
  size_t first = tk_start(work->count, part, parts);
  add(work->target + first, work->source + first, tk_start(work->count, part + 1, parts) - first);
}

void tk_add(float *target, const float *source, size_t count) {
  sum_work work = {target, source, 0, count};
  tk_parallel(tk_parts(count), add_part, &work);
}

static void multiply_part(const void *context, size_t part, size_t parts) {
  const sum_work *work = context;
  size_t end = tk_start(work->count, part + 1, parts);
  for (size_t i = tk_start(work->count, part, parts); i < end; i++) work->target[i] *= work->factor;
}

void tk_multiply_by(float *target, float factor, size_t count) {
  sum_work work = {target, NULL, factor, count};
  tk_parallel(tk_parts(count), multiply_part, &work);
}

// MARK: - Two tensors

typedef struct {
  tk_binary kind;
  const tk_broadcast *shape;
  const float *a;
  const float *b;
  float *y;
} combine_work;

TK_LOOP combine_row_loop(
    tk_binary kind, const float *a, size_t a_step, const float *b, size_t b_step, float *y, size_t count) {
#define EACH(EXPRESSION)                                              \
  if (a_step == 1 && b_step == 1) {                                   \
    for (size_t i = 0; i < count; i++) {                              \
      float p = a[i], q = b[i];                                       \
      y[i] = EXPRESSION;                                              \
    }                                                                 \
  } else {                                                            \
    for (size_t i = 0; i < count; i++) {                              \
      float p = a[i * a_step], q = b[i * b_step];                     \
      y[i] = EXPRESSION;                                              \
    }                                                                 \
  }
  switch (kind) {
    case tk_sum: EACH(p + q) break;
    case tk_difference: EACH(p - q) break;
    case tk_product: EACH(p * q) break;
    case tk_maximum: EACH(p >= q || p != p ? p : q) break;
  }
#undef EACH
}
TK_LEVELS(
    combine_row,
    (tk_binary kind, const float *a, size_t a_step, const float *b, size_t b_step, float *y, size_t count),
    (kind, a, a_step, b, b_step, y, count))

static size_t outer_rows(const tk_broadcast *shape) {
  return shape->extents[0] * shape->extents[1] * shape->extents[2] * shape->extents[3];
}

// Where the row of the innermost axis begins in a tensor.
static size_t row_start(const tk_broadcast *shape, const size_t *strides, size_t row) {
  size_t offset = 0;
  for (int axis = tk_axes - 2; axis >= 0; axis--) {
    offset += row % shape->extents[axis] * strides[axis];
    row /= shape->extents[axis];
  }
  return offset;
}

static int is_plain(const tk_broadcast *shape) {
  return memcmp(shape->a_strides, shape->b_strides, sizeof shape->a_strides) == 0;
}

static void combine_part(const void *context, size_t part, size_t parts) {
  const combine_work *work = context;
  const tk_broadcast *shape = work->shape;
  size_t rows = outer_rows(shape), count = shape->extents[tk_axes - 1];
  if (is_plain(shape)) {
    size_t first = tk_start(rows * count, part, parts), end = tk_start(rows * count, part + 1, parts);
    combine_row(work->kind, work->a + first, 1, work->b + first, 1, work->y + first, end - first);
    return;
  }
  for (size_t row = tk_start(rows, part, parts); row < tk_start(rows, part + 1, parts); row++) {
    combine_row(
        work->kind, work->a + row_start(shape, shape->a_strides, row), shape->a_strides[tk_axes - 1],
        work->b + row_start(shape, shape->b_strides, row), shape->b_strides[tk_axes - 1], work->y + row * count, count);
  }
}

void tk_combine(tk_binary kind, const tk_broadcast *shape, const float *a, const float *b, float *y) {
  combine_work work = {kind, shape, a, b, y};
  tk_parallel(tk_parts(outer_rows(shape) * shape->extents[tk_axes - 1]), combine_part, &work);
}

TK_LOOP combine_back_loop(
    tk_binary kind, const float *a, size_t a_step, const float *b, size_t b_step, const float *dy, float *da, float *db,
    size_t count) {
  for (size_t i = 0; i < count; i++) {
    float p = a[i * a_step], q = b[i * b_step], g = dy[i];
    float *to_a = da + i * a_step, *to_b = db + i * b_step;
    switch (kind) {
      case tk_sum:
        *to_a += g;
        *to_b += g;
        break;
      case tk_difference:
        *to_a += g;
        *to_b -= g;
        break;
      case tk_product:
        *to_a += g * q;
        *to_b += g * p;
        break;
      case tk_maximum:
        *to_a += p > q ? g : p == q ? 0.5f * g : 0;
        *to_b += q > p ? g : p == q ? 0.5f * g : 0;
        break;
    }
  }
}
TK_LEVELS(
    combine_back,
    (tk_binary kind, const float *a, size_t a_step, const float *b, size_t b_step, const float *dy, float *da,
     float *db, size_t count),
    (kind, a, a_step, b, b_step, dy, da, db, count))

// What is repeated receives sums, in the order of the rows.
void tk_combine_backward(
    tk_binary kind, const tk_broadcast *shape, const float *a, const float *b, const float *dy, float *da, float *db) {
  size_t count = shape->extents[tk_axes - 1];
  for (size_t row = 0; row < outer_rows(shape); row++) {
    size_t at_a = row_start(shape, shape->a_strides, row), at_b = row_start(shape, shape->b_strides, row);
    combine_back(
        kind, a + at_a, shape->a_strides[tk_axes - 1], b + at_b, shape->b_strides[tk_axes - 1], dy + row * count,
        da + at_a, db + at_b, count);
  }
}

// MARK: - A factor for each channel

void tk_scale_channels(const float *x, size_t rows, size_t channels, const float *factors, float *y) {
  for (size_t row = 0; row < rows; row++) {
    combine_row(tk_product, x + row * channels, 1, factors, 1, y + row * channels, channels);
  }
}

TK_LOOP add_products_loop(const float *x, const float *y, float *sums, size_t count) {
  for (size_t i = 0; i < count; i++) sums[i] += x[i] * y[i];
}
TK_LEVELS(add_products, (const float *x, const float *y, float *sums, size_t count), (x, y, sums, count))

void tk_channel_products(const float *x, const float *y, size_t rows, size_t channels, float *sums) {
  memset(sums, 0, channels * sizeof(float));
  for (size_t row = 0; row < rows; row++) add_products(x + row * channels, y + row * channels, sums, channels);
}

// MARK: - Chance

// The last step of SplitMix64: as good as random, and a function of the number alone.
static inline uint64_t mixed(uint64_t value) {
  value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9u;
  value = (value ^ (value >> 27)) * 0x94D049BB133111EBu;
  return value ^ (value >> 31);
}

typedef struct {
  const tk_dropout *shape;
  const float *x;
  float *y;
} drop_work;

// `count` neighbours, each with a choice of its own from `choice` on.
TK_LOOP drop_run_loop(
    const float *x, float *y, size_t count, uint64_t seed, uint64_t choice, uint64_t limit, float factor) {
  for (size_t i = 0; i < count; i++) {
    uint64_t chance = mixed(seed + (choice + i + 1) * 0x9E3779B97F4A7C15u) >> 40;
    y[i] = chance < limit ? 0 : x[i] * factor;
  }
}
TK_LEVELS(
    drop_run, (const float *x, float *y, size_t count, uint64_t seed, uint64_t choice, uint64_t limit, float factor),
    (x, y, count, seed, choice, limit, factor))

// Whole examples.
TK_LOOP drop_example_loop(const float *x, float *y, size_t count, float factor) {
  for (size_t i = 0; i < count; i++) y[i] = x[i] * factor;
}
TK_LEVELS(drop_example, (const float *x, float *y, size_t count, float factor), (x, y, count, factor))

static void drop_part(const void *context, size_t part, size_t parts) {
  const drop_work *work = context;
  const tk_dropout *shape = work->shape;
  // A number of 24 bits is below the limit with a probability of the rate.
  uint64_t limit = (uint64_t)(shape->rate * 16777216.0f);
  float factor = shape->rate < 1 ? 1 / (1 - shape->rate) : 0;
  if (shape->choices == 1) {
    for (size_t n = tk_start(shape->examples, part, parts); n < tk_start(shape->examples, part + 1, parts); n++) {
      float kept = mixed(shape->seed + (n + 1) * 0x9E3779B97F4A7C15u) >> 40 < limit ? 0 : factor;
      drop_example(work->x + n * shape->elements, work->y + n * shape->elements, shape->elements, kept);
    }
    return;
  }
  // Runs of elements whose choices follow each other.
  size_t runs = shape->examples * shape->elements / shape->choices;
  for (size_t run = tk_start(runs, part, parts); run < tk_start(runs, part + 1, parts); run++) {
    size_t start = run * shape->choices, example = start / shape->elements;
    drop_run(
        work->x + start, work->y + start, shape->choices, shape->seed, example * shape->choices, limit, factor);
  }
}

void tk_drop(const tk_dropout *shape, const float *x, float *y) {
  drop_work work = {shape, x, y};
  tk_parallel(tk_parts(shape->examples * shape->elements), drop_part, &work);
}
