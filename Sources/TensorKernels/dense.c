#include "tk_dense.h"

#include <string.h>

#include "levels.h"
#include "product.h"
#include "tk_threads.h"

// MARK: - Few rows

// With few rows the weights are what has to be read, and packing them would be most of the work: they are read as they lie,
// four rows at a time, so that sums in the first cache are written a quarter as often.
enum {
  few_rows = 4,
  few_columns = 1024,
};

typedef struct {
  const tk_dense *shape;
  const float *x, *w, *bias;
  float *y;
} few_work;

TK_LOOP multiply_few_loop(const few_work *work, size_t first, size_t count) {
  size_t inputs = work->shape->inputs, outputs = work->shape->outputs, rows = work->shape->rows;
  for (size_t i = 0; i < rows; i++) {
    float *y = work->y + i * outputs + first;
    if (work->bias != NULL) {
      memcpy(y, work->bias + first, count * sizeof(float));
    } else {
      memset(y, 0, count * sizeof(float));
    }
  }
  size_t fours = inputs / 4 * 4;
  for (size_t p = 0; p < fours; p += 4) {
    const float *w0 = work->w + p * outputs + first, *w1 = w0 + outputs, *w2 = w1 + outputs, *w3 = w2 + outputs;
    for (size_t i = 0; i < rows; i++) {
      const float *x = work->x + i * inputs + p;
      float x0 = x[0], x1 = x[1], x2 = x[2], x3 = x[3];
      float *restrict y = work->y + i * outputs + first;
      for (size_t j = 0; j < count; j++) y[j] += x0 * w0[j] + x1 * w1[j] + (x2 * w2[j] + x3 * w3[j]);
    }
  }
  for (size_t p = fours; p < inputs; p++) {
    const float *w = work->w + p * outputs + first;
    for (size_t i = 0; i < rows; i++) {
      float x = work->x[i * inputs + p];
      float *restrict y = work->y + i * outputs + first;
      for (size_t j = 0; j < count; j++) y[j] += x * w[j];
    }
  }
}
TK_LEVELS(multiply_few, (const few_work *work, size_t first, size_t count), (work, first, count))

static void few_part(const void *context, size_t part, size_t parts) {
  const few_work *work = context;
  size_t units = (work->shape->outputs + 15) / 16, outputs = work->shape->outputs;
  size_t first = tk_start(units, part, parts) * 16, end = tk_start(units, part + 1, parts) * 16;
  if (end > outputs) end = outputs;
  for (; first < end; first += few_columns) {
    multiply_few(work, first, end - first < few_columns ? end - first : few_columns);
  }
}

// MARK: - Products

bool tk_dense_forward(const tk_dense *shape, const float *x, const float *w, const float *bias, float *y) {
  if (shape->rows <= few_rows) {
    few_work work = {shape, x, w, bias, y};
    tk_parallel(tk_parts(shape->rows * shape->inputs * shape->outputs / 8), few_part, &work);
    return true;
  }
  product job = {
      .rows = shape->rows, .depth = shape->inputs, .columns = shape->outputs,
      .a = x, .a_row = shape->inputs, .a_depth = 1,
      .b = w, .b_depth = shape->outputs, .b_column = 1,
      .c = y, .c_row = shape->outputs, .bias = bias,
  };
  return multiply(&job);
}

bool tk_dense_input(const tk_dense *shape, const float *dy, const float *w, float *dx) {
  product job = {
      .rows = shape->rows, .depth = shape->outputs, .columns = shape->inputs,
      .a = dy, .a_row = shape->outputs, .a_depth = 1,
      .b = w, .b_depth = 1, .b_column = shape->outputs,
      .c = dx, .c_row = shape->inputs,
  };
  return multiply(&job);
}

bool tk_dense_weights(const tk_dense *shape, const float *x, const float *dy, float *dw) {
  product job = {
      .rows = shape->inputs, .depth = shape->rows, .columns = shape->outputs,
      .a = x, .a_row = 1, .a_depth = shape->inputs,
      .b = dy, .b_depth = shape->outputs, .b_column = 1,
      .c = dw, .c_row = shape->outputs,
  };
  return multiply(&job);
}

// MARK: - Sums of columns

enum {
  strip = 64,
  // Rows that are summed by themselves first, which keeps the error of long sums small.
  stretch = 64,
};

typedef struct {
  const float *x;
  size_t rows, columns;
  float *sums;
} sum_work;

// Threads share columns, so that each is summed up by one of them, in one order.
static void sum_part(const void *context, size_t part, size_t parts) {
  const sum_work *work = context;
  size_t units = (work->columns + 15) / 16;
  size_t begin = tk_start(units, part, parts) * 16, limit = tk_start(units, part + 1, parts) * 16;
  if (limit > work->columns) limit = work->columns;
  for (size_t first = begin; first < limit; first += strip) {
    size_t count = limit - first < strip ? limit - first : strip;
    float sums[strip] = {0};
    for (size_t row = 0; row < work->rows; row += stretch) {
      size_t end = work->rows - row < stretch ? work->rows : row + stretch;
      float partial[strip] = {0};
      for (size_t i = row; i < end; i++) {
        const float *source = work->x + i * work->columns + first;
        for (size_t j = 0; j < count; j++) partial[j] += source[j];
      }
      for (size_t j = 0; j < count; j++) sums[j] += partial[j];
    }
    memcpy(work->sums + first, sums, count * sizeof(float));
  }
}

void tk_sum_rows(const float *x, size_t rows, size_t columns, float *sums) {
  sum_work work = {x, rows, columns, sums};
  tk_parallel(tk_parts(rows * columns), sum_part, &work);
}
