#include "tk_dense.h"

#include <string.h>

#include "product.h"
#include "tk_threads.h"

bool tk_dense_forward(const tk_dense *shape, const float *x, const float *w, const float *bias, float *y) {
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
