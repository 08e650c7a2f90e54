#include "tk_activation.h"

#include <string.h>

#include "functions.h"
#include "levels.h"
#include "tk_threads.h"

// MARK: - Functions and derivatives

// Comparisons are such that NaN passes through.

#define SELU_SCALE 1.05070098f
#define SELU_ALPHA 1.67326324f
// sqrt(2 / pi)
#define GELU_SCALE 0.797884561f
#define GELU_CUBE 0.044715f

TK_INLINE float clip6(float x) { return x <= 0 ? 0 : x >= 6 ? 6 : x; }

TK_INLINE float relu(float x, float a) { return (void)a, x <= 0 ? 0 : x; }
TK_INLINE float relu_d(float x, float a) { return (void)a, x > 0 ? 1 : 0; }
TK_INLINE float relu6(float x, float a) { return (void)a, clip6(x); }
TK_INLINE float relu6_d(float x, float a) { return (void)a, x > 0 && x < 6 ? 1 : 0; }
TK_INLINE float leaky(float x, float a) { return x > 0 ? x : a * x; }
TK_INLINE float leaky_d(float x, float a) { return x > 0 ? 1 : a; }
TK_INLINE float elu(float x, float a) { return x > 0 ? x : a * (fast_exp(x) - 1); }
TK_INLINE float elu_d(float x, float a) { return x > 0 ? 1 : a * fast_exp(x); }
TK_INLINE float selu(float x, float a) { return (void)a, SELU_SCALE * elu(x, SELU_ALPHA); }
TK_INLINE float selu_d(float x, float a) { return (void)a, SELU_SCALE * elu_d(x, SELU_ALPHA); }
TK_INLINE float celu(float x, float a) { return x > 0 ? x : a * (fast_exp(x / a) - 1); }
TK_INLINE float celu_d(float x, float a) { return x > 0 ? 1 : fast_exp(x / a); }
TK_INLINE float gelu(float x, float a) { return (void)a, x * fast_normal(x); }
TK_INLINE float gelu_d(float x, float a) {
  (void)a;
  // 1 / sqrt(2 pi)
  return fast_normal(x) + x * 0.398942280f * fast_exp(-0.5f * x * x);
}
TK_INLINE float gelu_tanh(float x, float a) {
  (void)a;
  return 0.5f * x * (1 + fast_tanh(GELU_SCALE * (x + GELU_CUBE * x * x * x)));
}
TK_INLINE float gelu_tanh_d(float x, float a) {
  (void)a;
  float t = fast_tanh(GELU_SCALE * (x + GELU_CUBE * x * x * x));
  return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBE * x * x);
}
TK_INLINE float silu(float x, float a) { return (void)a, x * fast_sigmoid(x); }
TK_INLINE float silu_d(float x, float a) {
  (void)a;
  float s = fast_sigmoid(x);
  return s * (1 + x * (1 - s));
}
// tanh(ln(1 + e)) = (e^2 + 2 e) / (e^2 + 2 e + 2), which is 1 to a float from e^10 on.
TK_INLINE float mish_gate(float x) {
  float e = fast_exp(x > 10 ? 10 : x);
  float u = e * (e + 2);
  return u / (u + 2);
}
TK_INLINE float mish(float x, float a) { return (void)a, x * mish_gate(x); }
TK_INLINE float mish_d(float x, float a) {
  (void)a;
  float t = mish_gate(x);
  return t + x * (1 - t * t) * fast_sigmoid(x);
}
TK_INLINE float sigmoid(float x, float a) { return (void)a, fast_sigmoid(x); }
TK_INLINE float sigmoid_d(float x, float a) {
  (void)a;
  float s = fast_sigmoid(x);
  return s * (1 - s);
}
TK_INLINE float hard_sigmoid(float x, float a) { return (void)a, clip6(x + 3) * (1.0f / 6); }
TK_INLINE float hard_sigmoid_d(float x, float a) { return (void)a, x > -3 && x < 3 ? 1.0f / 6 : 0; }
TK_INLINE float hard_swish(float x, float a) { return (void)a, x * clip6(x + 3) * (1.0f / 6); }
TK_INLINE float hard_swish_d(float x, float a) { return (void)a, x < -3 ? 0 : x <= 3 ? x * (1.0f / 3) + 0.5f : 1; }
TK_INLINE float hyperbolic(float x, float a) { return (void)a, fast_tanh(x); }
TK_INLINE float hyperbolic_d(float x, float a) {
  (void)a;
  float t = fast_tanh(x);
  return 1 - t * t;
}
TK_INLINE float softplus(float x, float a) {
  (void)a;
  return (x <= 0 ? 0 : x) + fast_log(1 + fast_exp(x < 0 ? x : -x));
}
TK_INLINE float softplus_d(float x, float a) { return (void)a, fast_sigmoid(x); }

// MARK: - Loops

#define EACH_ACTIVATION(CASE)        \
  CASE(tk_relu, relu)                \
  CASE(tk_relu6, relu6)              \
  CASE(tk_leaky_relu, leaky)         \
  CASE(tk_elu, elu)                  \
  CASE(tk_selu, selu)                \
  CASE(tk_celu, celu)                \
  CASE(tk_gelu, gelu)                \
  CASE(tk_gelu_tanh, gelu_tanh)      \
  CASE(tk_silu, silu)                \
  CASE(tk_mish, mish)                \
  CASE(tk_sigmoid, sigmoid)          \
  CASE(tk_hard_sigmoid, hard_sigmoid) \
  CASE(tk_hard_swish, hard_swish)    \
  CASE(tk_tanh, hyperbolic)          \
  CASE(tk_softplus, softplus)

TK_LOOP forward_loop(tk_activation kind, float a, const float *x, float *y, size_t count) {
#define CASE(KIND, FUNCTION)                                           \
  case KIND:                                                           \
    for (size_t i = 0; i < count; i++) y[i] = FUNCTION(x[i], a);        \
    break;
  switch (kind) { EACH_ACTIVATION(CASE) }
#undef CASE
}
TK_LEVELS(forward, (tk_activation kind, float a, const float *x, float *y, size_t count), (kind, a, x, y, count))

TK_LOOP backward_loop(tk_activation kind, float a, const float *x, const float *dy, float *dx, size_t count) {
#define CASE(KIND, FUNCTION)                                                    \
  case KIND:                                                                    \
    for (size_t i = 0; i < count; i++) dx[i] = dy[i] * FUNCTION##_d(x[i], a);    \
    break;
  switch (kind) { EACH_ACTIVATION(CASE) }
#undef CASE
}
TK_LEVELS(
    backward, (tk_activation kind, float a, const float *x, const float *dy, float *dx, size_t count),
    (kind, a, x, dy, dx, count))

typedef struct {
  tk_activation kind;
  float parameter;
  const float *x;
  const float *dy;
  float *out;
  size_t count;
} activation_work;

static void activation_part(const void *context, size_t part, size_t parts) {
  const activation_work *work = context;
  size_t first = tk_start(work->count, part, parts), count = tk_start(work->count, part + 1, parts) - first;
  if (work->dy == NULL) {
    forward(work->kind, work->parameter, work->x + first, work->out + first, count);
  } else {
    backward(work->kind, work->parameter, work->x + first, work->dy + first, work->out + first, count);
  }
}

void tk_activate(tk_activation kind, float parameter, const float *x, float *y, size_t count) {
  activation_work work = {kind, parameter, x, NULL, y, count};
  tk_parallel(tk_parts(count), activation_part, &work);
}

void tk_activate_backward(
    tk_activation kind, float parameter, const float *x, const float *dy, float *dx, size_t count) {
  activation_work work = {kind, parameter, x, dy, dx, count};
  tk_parallel(tk_parts(count), activation_part, &work);
}

// MARK: - Learned slopes

void tk_prelu(
    const float *x, size_t rows, size_t channels, const float *slopes, size_t slope_count, float *y) {
  for (size_t row = 0; row < rows; row++) {
    for (size_t c = 0; c < channels; c++) {
      float value = x[row * channels + c];
      y[row * channels + c] = value > 0 ? value : value * slopes[slope_count == 1 ? 0 : c];
    }
  }
}

void tk_prelu_backward(
    const float *x, const float *dy, size_t rows, size_t channels, const float *slopes, size_t slope_count, float *dx,
    float *dslopes) {
  memset(dslopes, 0, slope_count * sizeof(float));
  for (size_t row = 0; row < rows; row++) {
    for (size_t c = 0; c < channels; c++) {
      size_t i = row * channels + c, slope = slope_count == 1 ? 0 : c;
      dx[i] = x[i] > 0 ? dy[i] : dy[i] * slopes[slope];
      dslopes[slope] += x[i] > 0 ? 0 : dy[i] * x[i];
    }
  }
}

// MARK: - Softmax

TK_LOOP softmax_rows_loop(const float *x, size_t rows, size_t columns, int logarithm, float *y) {
  for (size_t row = 0; row < rows; row++) {
    const float *in = x + row * columns;
    float *out = y + row * columns;
    float largest = in[0];
    for (size_t j = 1; j < columns; j++) largest = in[j] > largest ? in[j] : largest;
    for (size_t j = 0; j < columns; j++) out[j] = fast_exp(in[j] - largest);
    float sum = 0;
    for (size_t j = 0; j < columns; j++) sum += out[j];
    if (logarithm) {
      float shift = largest + fast_log(sum);
      for (size_t j = 0; j < columns; j++) out[j] = in[j] - shift;
    } else {
      float factor = 1 / sum;
      for (size_t j = 0; j < columns; j++) out[j] *= factor;
    }
  }
}
TK_LEVELS(
    softmax_rows, (const float *x, size_t rows, size_t columns, int logarithm, float *y),
    (x, rows, columns, logarithm, y))

TK_LOOP softmax_back_loop(
    const float *y, const float *dy, size_t rows, size_t columns, int logarithm, float *dx) {
  for (size_t row = 0; row < rows; row++) {
    const float *out = y + row * columns, *gradient = dy + row * columns;
    float *target = dx + row * columns;
    float sum = 0;
    if (logarithm) {
      for (size_t j = 0; j < columns; j++) sum += gradient[j];
      for (size_t j = 0; j < columns; j++) target[j] = gradient[j] - fast_exp(out[j]) * sum;
    } else {
      for (size_t j = 0; j < columns; j++) sum += gradient[j] * out[j];
      for (size_t j = 0; j < columns; j++) target[j] = out[j] * (gradient[j] - sum);
    }
  }
}
TK_LEVELS(
    softmax_back, (const float *y, const float *dy, size_t rows, size_t columns, int logarithm, float *dx),
    (y, dy, rows, columns, logarithm, dx))

typedef struct {
  const float *in;
  const float *dy;
  size_t rows, columns;
  int logarithm;
  float *out;
} softmax_work;

static void softmax_part(const void *context, size_t part, size_t parts) {
  const softmax_work *work = context;
  size_t first = tk_start(work->rows, part, parts), rows = tk_start(work->rows, part + 1, parts) - first;
  size_t offset = first * work->columns;
  if (work->dy == NULL) {
    softmax_rows(work->in + offset, rows, work->columns, work->logarithm, work->out + offset);
  } else {
    softmax_back(work->in + offset, work->dy + offset, rows, work->columns, work->logarithm, work->out + offset);
  }
}

void tk_softmax(const float *x, size_t rows, size_t columns, int logarithm, float *y) {
  softmax_work work = {x, NULL, rows, columns, logarithm, y};
  tk_parallel(tk_parts(rows * columns), softmax_part, &work);
}

void tk_softmax_backward(
    const float *y, const float *dy, size_t rows, size_t columns, int logarithm, float *dx) {
  softmax_work work = {y, dy, rows, columns, logarithm, dx};
  tk_parallel(tk_parts(rows * columns), softmax_part, &work);
}
