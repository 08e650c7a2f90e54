#include "tk_attention.h"

#include <string.h>

#include "functions.h"
#include "levels.h"
#include "product.h"
#include "tk_memory.h"
#include "tk_threads.h"

enum {
  // Queries whose weights are worked out at once.
  query_rows = 128,
  // Sums of a row that are kept apart, for vectors.
  lanes = 16,
};

// MARK: - Rows of weights

// Softmax of `scale` times each row, in place.
TK_LOOP weigh_loop(float *x, size_t rows, size_t columns, float scale) {
  for (size_t i = 0; i < rows; i++, x += columns) {
    float largest = x[0] * scale;
    for (size_t j = 0; j < columns; j++) {
      x[j] *= scale;
      largest = x[j] > largest ? x[j] : largest;
    }
    float partial[lanes] = {0};
    size_t whole = columns / lanes * lanes;
    for (size_t j = 0; j < whole; j += lanes) {
      for (size_t l = 0; l < lanes; l++) {
        x[j + l] = fast_exp(x[j + l] - largest);
        partial[l] += x[j + l];
      }
    }
    for (size_t j = whole; j < columns; j++) {
      x[j] = fast_exp(x[j] - largest);
      partial[j - whole] += x[j];
    }
    float sum = 0;
    for (size_t l = 0; l < lanes; l++) sum += partial[l];
    float factor = 1 / sum;
    for (size_t j = 0; j < columns; j++) x[j] *= factor;
  }
}
TK_LEVELS(weigh, (float *x, size_t rows, size_t columns, float scale), (x, rows, columns, scale))

// From the derivative by the weights to that by the products before the softmax, in place.
TK_LOOP weigh_back_loop(const float *weights, float *d, size_t rows, size_t columns, float scale) {
  for (size_t i = 0; i < rows; i++, d += columns, weights += columns) {
    float partial[lanes] = {0};
    size_t whole = columns / lanes * lanes;
    for (size_t j = 0; j < whole; j += lanes) {
      for (size_t l = 0; l < lanes; l++) partial[l] += weights[j + l] * d[j + l];
    }
    for (size_t j = whole; j < columns; j++) partial[j - whole] += weights[j] * d[j];
    float sum = 0;
    for (size_t l = 0; l < lanes; l++) sum += partial[l];
    for (size_t j = 0; j < columns; j++) d[j] = weights[j] * (d[j] - sum) * scale;
  }
}
TK_LEVELS(
    weigh_back, (const float *weights, float *d, size_t rows, size_t columns, float scale),
    (weights, d, rows, columns, scale))

// MARK: - Heads

typedef struct {
  const tk_attention *shape;
  const float *q, *k, *v, *dy;
  float *y, *dq, *dk, *dv;
  /// Room for the weights of some queries, and backward for their derivatives, for each part.
  float *scratch;
  size_t scratch_count;
  /// One for each part: what failed is said once all are done.
  bool *failed;
} attention_work;

static size_t rows_of(const tk_attention *shape) { return smaller(query_rows, shape->queries); }

// The weights of `rows` queries.
static bool find_weights(const tk_attention *shape, size_t rows, const float *q, const float *k, float *weights) {
  size_t row = shape->heads * shape->width;
  product job = {
      .rows = rows, .depth = shape->width, .columns = shape->keys,
      .a = q, .a_row = row, .a_depth = 1,
      .b = k, .b_depth = 1, .b_column = row,
      .c = weights, .c_row = shape->keys,
  };
  if (!multiply(&job)) return false;
  weigh(weights, rows, shape->keys, shape->scale);
  return true;
}

static bool run_head(const attention_work *work, size_t n, size_t head, float *weights) {
  const tk_attention *shape = work->shape;
  size_t row = shape->heads * shape->width, value_row = shape->heads * shape->values;
  const float *k = work->k + n * shape->keys * row + head * shape->width;
  const float *v = work->v + n * shape->keys * value_row + head * shape->values;
  for (size_t first = 0; first < shape->queries; first += query_rows) {
    size_t rows = smaller(query_rows, shape->queries - first), cell = n * shape->queries + first;
    if (!find_weights(shape, rows, work->q + cell * row + head * shape->width, k, weights)) return false;
    product job = {
        .rows = rows, .depth = shape->keys, .columns = shape->values,
        .a = weights, .a_row = shape->keys, .a_depth = 1,
        .b = v, .b_depth = value_row, .b_column = 1,
        .c = work->y + cell * value_row + head * shape->values, .c_row = value_row,
    };
    if (!multiply(&job)) return false;
  }
  return true;
}

static bool run_head_back(const attention_work *work, size_t n, size_t head, float *weights) {
  const tk_attention *shape = work->shape;
  size_t row = shape->heads * shape->width, value_row = shape->heads * shape->values;
  size_t key = n * shape->keys * row + head * shape->width, value = n * shape->keys * value_row + head * shape->values;
  float *d = weights + rows_of(shape) * shape->keys;
  for (size_t first = 0; first < shape->queries; first += query_rows) {
    size_t rows = smaller(query_rows, shape->queries - first), cell = n * shape->queries + first;
    const float *q = work->q + cell * row + head * shape->width;
    const float *dy = work->dy + cell * value_row + head * shape->values;
    if (!find_weights(shape, rows, q, work->k + key, weights)) return false;
    product to_values = {
        .rows = shape->keys, .depth = rows, .columns = shape->values,
        .a = weights, .a_row = 1, .a_depth = shape->keys,
        .b = dy, .b_depth = value_row, .b_column = 1,
        .c = work->dv + value, .c_row = value_row, .accumulate = first > 0,
    };
    product to_weights = {
        .rows = rows, .depth = shape->values, .columns = shape->keys,
        .a = dy, .a_row = value_row, .a_depth = 1,
        .b = work->v + value, .b_depth = 1, .b_column = value_row,
        .c = d, .c_row = shape->keys,
    };
    if (!multiply(&to_values) || !multiply(&to_weights)) return false;
    weigh_back(weights, d, rows, shape->keys, shape->scale);
    product to_queries = {
        .rows = rows, .depth = shape->keys, .columns = shape->width,
        .a = d, .a_row = shape->keys, .a_depth = 1,
        .b = work->k + key, .b_depth = row, .b_column = 1,
        .c = work->dq + cell * row + head * shape->width, .c_row = row,
    };
    product to_keys = {
        .rows = shape->keys, .depth = rows, .columns = shape->width,
        .a = d, .a_row = 1, .a_depth = shape->keys,
        .b = q, .b_depth = row, .b_column = 1,
        .c = work->dk + key, .c_row = row, .accumulate = first > 0,
    };
    if (!multiply(&to_queries) || !multiply(&to_keys)) return false;
  }
  return true;
}

static void attention_part(const void *context, size_t part, size_t parts) {
  const attention_work *work = context;
  size_t heads = work->shape->batch * work->shape->heads;
  float *scratch = work->scratch + part * work->scratch_count;
  for (size_t i = tk_start(heads, part, parts); i < tk_start(heads, part + 1, parts); i++) {
    size_t n = i / work->shape->heads, head = i % work->shape->heads;
    bool done = work->dy == NULL ? run_head(work, n, head, scratch) : run_head_back(work, n, head, scratch);
    work->failed[part] = work->failed[part] || !done;
  }
}

// Threads share heads where there are enough of them, else the products of each.
static bool run(attention_work *work) {
  const tk_attention *shape = work->shape;
  size_t heads = shape->batch * shape->heads;
  size_t parts = tk_parts(heads * shape->queries * shape->keys * (shape->width + shape->values) / 8);
  if (heads < parts) parts = 1;
  work->scratch_count = (work->dy == NULL ? 1 : 2) * rows_of(shape) * shape->keys;
  size_t bytes = parts * (work->scratch_count * sizeof(float) + sizeof(bool));
  work->scratch = tk_allocate(bytes);
  if (work->scratch == NULL) return false;
  work->failed = (bool *)(work->scratch + parts * work->scratch_count);
  memset(work->failed, 0, parts * sizeof(bool));
  tk_parallel(parts, attention_part, work);
  bool done = true;
  for (size_t part = 0; part < parts; part++) done = done && !work->failed[part];
  tk_release(work->scratch, bytes);
  return done;
}

bool tk_attention_forward(const tk_attention *shape, const float *q, const float *k, const float *v, float *y) {
  attention_work work = {.shape = shape, .q = q, .k = k, .v = v, .y = y};
  return run(&work);
}

bool tk_attention_backward(
    const tk_attention *shape, const float *q, const float *k, const float *v, const float *dy, float *dq, float *dk,
    float *dv) {
  attention_work work = {.shape = shape, .q = q, .k = k, .v = v, .dy = dy, .dq = dq, .dk = dk, .dv = dv};
  return run(&work);
}
