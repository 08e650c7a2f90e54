#include "tk_normalization.h"

#include <math.h>
#include <string.h>

#include "levels.h"
#include "tk_memory.h"
#include "tk_threads.h"

// Work is cut in rectangles: a range of sets, or, of a single set, a range of channels that ends between two groups.

typedef enum { moments, apply, backward, parameters } norm_step;

typedef struct {
  const tk_norm *shape;
  norm_step step;
  bool fixed;
  const float *x;
  const float *dy;
  const float *scale;
  const float *shift;
  const float *mean;
  const float *variance;
  float *out;
  float *out2;
  /// Rows of numbers for each channel, for each part.
  float *scratch;
} norm_work;

enum {
  scratch_rows = 5,
  // Rows that are summed by themselves first, which keeps the error of long sums small.
  stretch = 64,
};

// A rectangle: channels `first` up to `first + count` of one set.
typedef struct {
  size_t set, first, count;
} norm_range;

// MARK: - Loops over a rectangle; pointers are at its first element, rows `row` apart

TK_LOOP add_columns_loop(const float *x, size_t rows, size_t row, size_t count, float *restrict sums, float *restrict partial) {
  memset(sums, 0, count * sizeof(float));
  for (size_t start = 0; start < rows; start += stretch) {
    size_t end = rows - start < stretch ? rows : start + stretch;
    memset(partial, 0, count * sizeof(float));
    for (size_t i = start; i < end; i++) {
      const float *source = x + i * row;
      for (size_t c = 0; c < count; c++) partial[c] += source[c];
    }
    for (size_t c = 0; c < count; c++) sums[c] += partial[c];
  }
}
TK_LEVELS(
    add_columns, (const float *x, size_t rows, size_t row, size_t count, float *sums, float *partial),
    (x, rows, row, count, sums, partial))

TK_LOOP add_squares_loop(
    const float *x, size_t rows, size_t row, size_t count, const float *restrict mean, float *restrict sums,
    float *restrict partial) {
  memset(sums, 0, count * sizeof(float));
  for (size_t start = 0; start < rows; start += stretch) {
    size_t end = rows - start < stretch ? rows : start + stretch;
    memset(partial, 0, count * sizeof(float));
    for (size_t i = start; i < end; i++) {
      const float *source = x + i * row;
      for (size_t c = 0; c < count; c++) {
        float distance = source[c] - mean[c];
        partial[c] += distance * distance;
      }
    }
    for (size_t c = 0; c < count; c++) sums[c] += partial[c];
  }
}
TK_LEVELS(
    add_squares,
    (const float *x, size_t rows, size_t row, size_t count, const float *mean, float *sums, float *partial),
    (x, rows, row, count, mean, sums, partial))

// Sums of g and of g * (x - mean), where g is dy times the factor of its element.
TK_LOOP add_products_loop(
    const float *x, const float *dy, const float *factors, size_t factor_row, size_t rows, size_t row, size_t count,
    const float *restrict mean, float *restrict sums, float *restrict products) {
  memset(sums, 0, count * sizeof(float));
  memset(products, 0, count * sizeof(float));
  for (size_t i = 0; i < rows; i++) {
    const float *source = x + i * row, *gradient = dy + i * row;
    if (factors == NULL) {
      for (size_t c = 0; c < count; c++) {
        sums[c] += gradient[c];
        products[c] += gradient[c] * (source[c] - mean[c]);
      }
    } else {
      const float *factor = factors + i * factor_row;
      for (size_t c = 0; c < count; c++) {
        float g = gradient[c] * factor[c];
        sums[c] += g;
        products[c] += g * (source[c] - mean[c]);
      }
    }
  }
}
TK_LEVELS(
    add_products,
    (const float *x, const float *dy, const float *factors, size_t factor_row, size_t rows, size_t row, size_t count,
     const float *mean, float *sums, float *products),
    (x, dy, factors, factor_row, rows, row, count, mean, sums, products))

// y = (x - mean) * inverse * scale + shift
TK_LOOP write_normal_loop(
    const float *x, size_t rows, size_t row, size_t count, const float *restrict mean, const float *restrict inverse,
    const float *scale, const float *shift, size_t factor_row, float *restrict y) {
  for (size_t i = 0; i < rows; i++) {
    const float *source = x + i * row;
    float *target = y + i * row;
    for (size_t c = 0; c < count; c++) target[c] = (source[c] - mean[c]) * inverse[c];
    if (scale != NULL) {
      for (size_t c = 0; c < count; c++) target[c] *= scale[i * factor_row + c];
    }
    if (shift != NULL) {
      for (size_t c = 0; c < count; c++) target[c] += shift[i * factor_row + c];
    }
  }
}
TK_LEVELS(
    write_normal,
    (const float *x, size_t rows, size_t row, size_t count, const float *mean, const float *inverse,
     const float *scale, const float *shift, size_t factor_row, float *y),
    (x, rows, row, count, mean, inverse, scale, shift, factor_row, y))

// dx = inverse * (dy * scale - offset - (x - mean) * slope)
TK_LOOP write_derivative_loop(
    const float *x, const float *dy, size_t rows, size_t row, size_t count, const float *restrict mean,
    const float *restrict inverse, const float *scale, size_t factor_row, const float *restrict offset,
    const float *restrict slope, float *restrict dx) {
  for (size_t i = 0; i < rows; i++) {
    const float *source = x + i * row, *gradient = dy + i * row;
    float *target = dx + i * row;
    if (scale == NULL) {
      for (size_t c = 0; c < count; c++) {
        target[c] = inverse[c] * (gradient[c] - offset[c] - (source[c] - mean[c]) * slope[c]);
      }
    } else {
      const float *factor = scale + i * factor_row;
      for (size_t c = 0; c < count; c++) {
        target[c] = inverse[c] * (gradient[c] * factor[c] - offset[c] - (source[c] - mean[c]) * slope[c]);
      }
    }
  }
}
TK_LEVELS(
    write_derivative,
    (const float *x, const float *dy, size_t rows, size_t row, size_t count, const float *mean, const float *inverse,
     const float *scale, size_t factor_row, const float *offset, const float *slope, float *dx),
    (x, dy, rows, row, count, mean, inverse, scale, factor_row, offset, slope, dx))

// MARK: - Groups

// Replaces the numbers of every group's channels by their sum times a factor.
static void share_groups(float *values, size_t count, size_t width, float factor) {
  for (size_t start = 0; start < count; start += width) {
    float sum = 0;
    for (size_t c = start; c < start + width; c++) sum += values[c];
    for (size_t c = start; c < start + width; c++) values[c] = sum * factor;
  }
}

// A number for each channel from one for each group.
static void spread(const float *groups, size_t count, size_t width, float *values) {
  for (size_t c = 0; c < count; c++) values[c] = groups[c / width];
}

static void gather_groups(const float *values, size_t count, size_t width, float *groups) {
  for (size_t c = 0; c < count; c += width) groups[c / width] = values[c];
}

// MARK: - Steps on a rectangle

static void run_range(const norm_work *work, norm_range range, float *scratch) {
  const tk_norm *shape = work->shape;
  size_t rows = shape->rows, row = shape->channels, count = range.count;
  size_t width = shape->channels / shape->groups;
  size_t offset = range.set * rows * row + range.first, group = range.set * shape->groups + range.first / width;
  const float *x = work->x + offset;
  float *mean = scratch, *inverse = scratch + row, *sums = scratch + 2 * row, *products = scratch + 3 * row;
  float *partial = scratch + 4 * row;
  float share = 1.0f / ((float)rows * (float)width);
  if (work->step == moments) {
    add_columns(x, rows, row, count, mean, partial);
    share_groups(mean, count, width, share);
    add_squares(x, rows, row, count, mean, sums, partial);
    share_groups(sums, count, width, share);
    gather_groups(mean, count, width, work->out + group);
    gather_groups(sums, count, width, work->out2 + group);
    return;
  }
  spread(work->mean + group, count, width, mean);
  spread(work->variance + group, count, width, inverse);
  for (size_t c = 0; c < count; c++) inverse[c] = 1.0f / sqrtf(inverse[c] + shape->epsilon);
  size_t factor_row = shape->per_element ? row : 0;
  const float *scale = work->scale == NULL ? NULL : work->scale + range.first;
  const float *shift = work->shift == NULL ? NULL : work->shift + range.first;
  if (work->step == apply) {
    write_normal(x, rows, row, count, mean, inverse, scale, shift, factor_row, work->out + offset);
    return;
  }
  const float *dy = work->dy + offset;
  if (work->fixed) {
    memset(sums, 0, count * sizeof(float));
    memset(products, 0, count * sizeof(float));
  } else {
    add_products(x, dy, scale, factor_row, rows, row, count, mean, sums, products);
    share_groups(sums, count, width, share);
    share_groups(products, count, width, share);
    for (size_t c = 0; c < count; c++) products[c] *= inverse[c] * inverse[c];
  }
  write_derivative(
      x, dy, rows, row, count, mean, inverse, scale, factor_row, sums, products, work->out + offset);
}

// dscale and dshift of some channels, from all sets.
static void run_parameters(const norm_work *work, size_t first, size_t count, float *scratch) {
  const tk_norm *shape = work->shape;
  size_t row = shape->channels, width = shape->channels / shape->groups;
  size_t elements = shape->per_element ? shape->rows : 1;
  size_t rows = shape->per_element ? 1 : shape->rows;
  float *mean = scratch, *inverse = scratch + row, *sums = scratch + 2 * row, *products = scratch + 3 * row;
  for (size_t element = 0; element < elements; element++) {
    float *dscale = work->out + element * row + first, *dshift = work->out2 + element * row + first;
    memset(dscale, 0, count * sizeof(float));
    memset(dshift, 0, count * sizeof(float));
    for (size_t set = 0; set < shape->sets; set++) {
      size_t offset = (set * shape->rows + element) * row + first;
      for (size_t c = 0; c < count; c++) {
        size_t group = set * shape->groups + (first + c) / width;
        mean[c] = work->mean[group];
        inverse[c] = 1.0f / sqrtf(work->variance[group] + shape->epsilon);
      }
      add_products(work->x + offset, work->dy + offset, NULL, 0, rows, row, count, mean, sums, products);
      for (size_t c = 0; c < count; c++) {
        dscale[c] += products[c] * inverse[c];
        dshift[c] += sums[c];
      }
    }
  }
}

static void norm_part(const void *context, size_t part, size_t parts) {
  const norm_work *work = context;
  const tk_norm *shape = work->shape;
  float *scratch = work->scratch + part * scratch_rows * shape->channels;
  if (work->step != parameters && shape->sets > 1) {
    for (size_t set = tk_start(shape->sets, part, parts); set < tk_start(shape->sets, part + 1, parts); set++) {
      run_range(work, (norm_range){set, 0, shape->channels}, scratch);
    }
    return;
  }
  // Ranges begin at whole lines of memory where groups allow it.
  size_t width = shape->channels / shape->groups;
  size_t unit = work->step == parameters ? 16 : width < 16 && 16 % width == 0 ? 16 : width;
  size_t units = (shape->channels + unit - 1) / unit;
  size_t first = tk_start(units, part, parts) * unit, end = tk_start(units, part + 1, parts) * unit;
  if (end > shape->channels) end = shape->channels;
  if (first >= end) return;
  if (work->step == parameters) {
    run_parameters(work, first, end - first, scratch);
  } else {
    run_range(work, (norm_range){0, first, end - first}, scratch);
  }
}

static bool run(norm_work *work) {
  const tk_norm *shape = work->shape;
  size_t parts = tk_parts(shape->sets * shape->rows * shape->channels);
  size_t bytes = parts * scratch_rows * shape->channels * sizeof(float);
  work->scratch = tk_allocate(bytes);
  if (work->scratch == NULL) return false;
  tk_parallel(parts, norm_part, work);
  tk_release(work->scratch, bytes);
  return true;
}

// MARK: - Entries

bool tk_norm_moments(const tk_norm *shape, const float *x, float *mean, float *variance) {
  return run(&(norm_work){.shape = shape, .step = moments, .x = x, .out = mean, .out2 = variance});
}

bool tk_norm_apply(
    const tk_norm *shape, const float *x, const float *mean, const float *variance, const float *scale,
    const float *shift, float *y) {
  return run(&(norm_work){
      .shape = shape, .step = apply, .x = x, .mean = mean, .variance = variance, .scale = scale, .shift = shift,
      .out = y});
}

bool tk_norm_backward(
    const tk_norm *shape, bool fixed, const float *x, const float *mean, const float *variance, const float *scale,
    const float *dy, float *dx) {
  return run(&(norm_work){
      .shape = shape, .step = backward, .fixed = fixed, .x = x, .mean = mean, .variance = variance, .scale = scale,
      .dy = dy, .out = dx});
}

bool tk_norm_parameters(
    const tk_norm *shape, const float *x, const float *mean, const float *variance, const float *dy, float *dscale,
    float *dshift) {
  return run(&(norm_work){
      .shape = shape, .step = parameters, .x = x, .mean = mean, .variance = variance, .dy = dy, .out = dscale,
      .out2 = dshift});
}
