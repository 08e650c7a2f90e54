#include "tk_arithmetic.h"

#include <math.h>
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

// MARK: - A factor for each channel

TK_LOOP multiply_loop(const float *x, const float *factors, float *y, size_t count) {
  for (size_t i = 0; i < count; i++) y[i] = x[i] * factors[i];
}
TK_LEVELS(multiply, (const float *x, const float *factors, float *y, size_t count), (x, factors, y, count))

void tk_scale_channels(const float *x, size_t rows, size_t channels, const float *factors, float *y) {
  for (size_t row = 0; row < rows; row++) {
    multiply(x + row * channels, factors, y + row * channels, channels);
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

typedef struct {
  uint64_t seed;
  float *y;
  size_t count;
} normal_work;

// Two numbers of a pair by the method of Box and Muller, 1958: a radius of 40 bits of chance and an angle of 24.
static void normal_part(const void *context, size_t part, size_t parts) {
  const normal_work *work = context;
  size_t pairs = (work->count + 1) / 2;
  for (size_t pair = tk_start(pairs, part, parts); pair < tk_start(pairs, part + 1, parts); pair++) {
    uint64_t chance = mixed(work->seed + (pair + 1) * 0x9E3779B97F4A7C15u);
    double radius = sqrt(-2 * log((double)((chance >> 24) + 1) * 0x1p-40));
    double angle = (double)(chance & 0xFFFFFF) * (0x1p-24 * 6.283185307179586);
    work->y[2 * pair] = (float)(radius * cos(angle));
    if (2 * pair + 1 < work->count) work->y[2 * pair + 1] = (float)(radius * sin(angle));
  }
}

void tk_normal(uint64_t seed, float *y, size_t count) {
  normal_work work = {seed, y, count};
  tk_parallel(tk_parts(16 * count), normal_part, &work);
}
