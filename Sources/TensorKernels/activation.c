#include "tk_activation.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "functions.h"
#include "levels.h"
#include "tk_threads.h"

// MARK: - Functions and derivatives

// What a function is given beside its number.
typedef struct {
  float first, second;
} parameters;

// Comparisons are such that NaN passes through.

#define SELU_SCALE 1.05070098f
#define SELU_ALPHA 1.67326324f
// sqrt(2 / pi)
#define GELU_SCALE 0.797884561f
#define GELU_CUBE 0.044715f

TK_INLINE float clip6(float x) { return x <= 0 ? 0 : x >= 6 ? 6 : x; }

TK_INLINE float relu(float x, parameters a) { return (void)a, x <= 0 ? 0 : x; }
TK_INLINE float relu_d(float x, parameters a) { return (void)a, x > 0 ? 1 : 0; }
TK_INLINE float relu6(float x, parameters a) { return (void)a, clip6(x); }
TK_INLINE float relu6_d(float x, parameters a) { return (void)a, x > 0 && x < 6 ? 1 : 0; }
TK_INLINE float leaky(float x, parameters a) { return x > 0 ? x : a.first * x; }
TK_INLINE float leaky_d(float x, parameters a) { return x > 0 ? 1 : a.first; }
TK_INLINE float elu(float x, parameters a) { return x > 0 ? x : a.first * (fast_exp(x) - 1); }
TK_INLINE float elu_d(float x, parameters a) { return x > 0 ? 1 : a.first * fast_exp(x); }
TK_INLINE float selu(float x, parameters a) { return (void)a, SELU_SCALE * elu(x, (parameters){SELU_ALPHA, 0}); }
TK_INLINE float selu_d(float x, parameters a) { return (void)a, SELU_SCALE * elu_d(x, (parameters){SELU_ALPHA, 0}); }
TK_INLINE float celu(float x, parameters a) { return x > 0 ? x : a.first * (fast_exp(x / a.first) - 1); }
TK_INLINE float celu_d(float x, parameters a) { return x > 0 ? 1 : fast_exp(x / a.first); }
TK_INLINE float gelu(float x, parameters a) { return (void)a, x * fast_normal(x); }
TK_INLINE float gelu_d(float x, parameters a) {
  (void)a;
  // 1 / sqrt(2 pi)
  return fast_normal(x) + x * 0.398942280f * fast_exp(-0.5f * x * x);
}
TK_INLINE float gelu_tanh(float x, parameters a) {
  (void)a;
  return 0.5f * x * (1 + fast_tanh(GELU_SCALE * (x + GELU_CUBE * x * x * x)));
}
TK_INLINE float gelu_tanh_d(float x, parameters a) {
  (void)a;
  float t = fast_tanh(GELU_SCALE * (x + GELU_CUBE * x * x * x));
  return 0.5f * (1 + t) + 0.5f * x * (1 - t * t) * GELU_SCALE * (1 + 3 * GELU_CUBE * x * x);
}
TK_INLINE float silu(float x, parameters a) { return (void)a, x * fast_sigmoid(x); }
TK_INLINE float silu_d(float x, parameters a) {
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
TK_INLINE float mish(float x, parameters a) { return (void)a, x * mish_gate(x); }
TK_INLINE float mish_d(float x, parameters a) {
  (void)a;
  float t = mish_gate(x);
  return t + x * (1 - t * t) * fast_sigmoid(x);
}
TK_INLINE float sigmoid(float x, parameters a) { return (void)a, fast_sigmoid(x); }
TK_INLINE float sigmoid_d(float x, parameters a) {
  (void)a;
  float s = fast_sigmoid(x);
  return s * (1 - s);
}
TK_INLINE float hard_sigmoid(float x, parameters a) { return (void)a, clip6(x + 3) * (1.0f / 6); }
TK_INLINE float hard_sigmoid_d(float x, parameters a) { return (void)a, x > -3 && x < 3 ? 1.0f / 6 : 0; }
TK_INLINE float hard_swish(float x, parameters a) { return (void)a, x * clip6(x + 3) * (1.0f / 6); }
TK_INLINE float hard_swish_d(float x, parameters a) { return (void)a, x < -3 ? 0 : x <= 3 ? x * (1.0f / 3) + 0.5f : 1; }
TK_INLINE float hyperbolic(float x, parameters a) { return (void)a, fast_tanh(x); }
TK_INLINE float hyperbolic_d(float x, parameters a) {
  (void)a;
  float t = fast_tanh(x);
  return 1 - t * t;
}
TK_INLINE float softplus(float x, parameters a) {
  (void)a;
  return (x <= 0 ? 0 : x) + fast_log(1 + fast_exp(x < 0 ? x : -x));
}
TK_INLINE float softplus_d(float x, parameters a) { return (void)a, fast_sigmoid(x); }
// The square of a root of the power, so that it overflows where it has to, and fades away where it has to.
TK_INLINE float exponential(float x, parameters a) {
  (void)a;
  float root = fast_exp(0.5f * x);
  return root * root;
}
TK_INLINE float exponential_d(float x, parameters a) { return exponential(x, a); }
// Numbers too small for a full precision are brought up by 2^24 first.
TK_INLINE float logarithm(float x, parameters a) {
  (void)a;
  bool is_small = x < FLT_MIN;
  float value = fast_log(is_small ? x * 16777216.0f : x) - (is_small ? 16.6355324f : 0);
  value = x > FLT_MAX ? x : value;
  return x > 0 ? value : x == 0 ? -INFINITY : NAN;
}
TK_INLINE float logarithm_d(float x, parameters a) { return (void)a, 1 / x; }
// sqrtf has to set errno, which vectors cannot.
#if defined(__has_builtin)
#if __has_builtin(__builtin_elementwise_sqrt)
#define SQUARE_ROOT(x) __builtin_elementwise_sqrt(x)
#endif
#endif
#ifndef SQUARE_ROOT
#define SQUARE_ROOT(x) sqrtf(x)
#endif
TK_INLINE float root(float x, parameters a) { return (void)a, SQUARE_ROOT(x); }
TK_INLINE float root_d(float x, parameters a) { return (void)a, 0.5f / SQUARE_ROOT(x); }
TK_INLINE float absolute(float x, parameters a) { return (void)a, fabsf(x); }
TK_INLINE float absolute_d(float x, parameters a) { return (void)a, x > 0 ? 1 : x < 0 ? -1 : x; }
TK_INLINE float square(float x, parameters a) { return (void)a, x * x; }
TK_INLINE float square_d(float x, parameters a) { return (void)a, 2 * x; }
TK_INLINE float reciprocal(float x, parameters a) { return (void)a, 1 / x; }
TK_INLINE float reciprocal_d(float x, parameters a) { return (void)a, -1 / (x * x); }
TK_INLINE float clip(float x, parameters a) {
  float raised = x < a.first ? a.first : x;
  return raised > a.second ? a.second : raised;
}
// At its ends a clip passes gradients on, a hard hyperbolic tangent does not: as in PyTorch.
TK_INLINE float clip_d(float x, parameters a) { return x >= a.first && x <= a.second ? 1 : 0; }
TK_INLINE float hard_tanh(float x, parameters a) { return clip(x, a); }
TK_INLINE float hard_tanh_d(float x, parameters a) { return x > a.first && x < a.second ? 1 : 0; }
TK_INLINE float soft_sign(float x, parameters a) { return (void)a, x / (1 + fabsf(x)); }
TK_INLINE float soft_sign_d(float x, parameters a) {
  (void)a;
  float s = 1 + fabsf(x);
  return 1 / (s * s);
}
TK_INLINE float soft_shrink(float x, parameters a) {
  return x > a.first ? x - a.first : x < -a.first ? x + a.first : x != x ? x : 0;
}
TK_INLINE float soft_shrink_d(float x, parameters a) { return x >= -a.first && x <= a.first ? 0 : 1; }

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
  CASE(tk_softplus, softplus)        \
  CASE(tk_exp, exponential)          \
  CASE(tk_log, logarithm)            \
  CASE(tk_sqrt, root)                \
  CASE(tk_abs, absolute)             \
  CASE(tk_square, square)            \
  CASE(tk_reciprocal, reciprocal)    \
  CASE(tk_clip, clip)                \
  CASE(tk_hard_tanh, hard_tanh)      \
  CASE(tk_soft_sign, soft_sign)      \
  CASE(tk_soft_shrink, soft_shrink)

TK_LOOP forward_loop(tk_activation kind, parameters a, const float *x, float *y, size_t count) {
#define CASE(KIND, FUNCTION)                                           \
  case KIND:                                                           \
    for (size_t i = 0; i < count; i++) y[i] = FUNCTION(x[i], a);        \
    break;
  switch (kind) { EACH_ACTIVATION(CASE) }
#undef CASE
}
TK_LEVELS(forward, (tk_activation kind, parameters a, const float *x, float *y, size_t count), (kind, a, x, y, count))

TK_LOOP backward_loop(tk_activation kind, parameters a, const float *x, const float *dy, float *dx, size_t count) {
#define CASE(KIND, FUNCTION)                                                    \
  case KIND:                                                                    \
    for (size_t i = 0; i < count; i++) dx[i] = dy[i] * FUNCTION##_d(x[i], a);    \
    break;
  switch (kind) { EACH_ACTIVATION(CASE) }
#undef CASE
}
TK_LEVELS(
    backward, (tk_activation kind, parameters a, const float *x, const float *dy, float *dx, size_t count),
    (kind, a, x, dy, dx, count))

typedef struct {
  tk_activation kind;
  parameters parameters;
  const float *x;
  const float *dy;
  float *out;
  size_t count;
} activation_work;

static void activation_part(const void *context, size_t part, size_t parts) {
  const activation_work *work = context;
  size_t first = tk_start(work->count, part, parts), count = tk_start(work->count, part + 1, parts) - first;
  if (work->dy == NULL) {
    forward(work->kind, work->parameters, work->x + first, work->out + first, count);
  } else {
    backward(work->kind, work->parameters, work->x + first, work->dy + first, work->out + first, count);
  }
}

void tk_activate(tk_activation kind, float first, float second, const float *x, float *y, size_t count) {
  activation_work work = {kind, {first, second}, x, NULL, y, count};
  tk_parallel(tk_parts(count), activation_part, &work);
}

void tk_activate_backward(
    tk_activation kind, float first, float second, const float *x, const float *dy, float *dx, size_t count) {
  activation_work work = {kind, {first, second}, x, dy, dx, count};
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

// MARK: - Gates

TK_LOOP gate_loop(const float *x, size_t channels, float *y) {
  for (size_t c = 0; c < channels; c++) y[c] = x[c] * fast_sigmoid(x[channels + c]);
}
TK_LEVELS(gate, (const float *x, size_t channels, float *y), (x, channels, y))

TK_LOOP gate_back_loop(const float *x, const float *dy, size_t channels, float *dx) {
  for (size_t c = 0; c < channels; c++) {
    float s = fast_sigmoid(x[channels + c]), g = dy[c];
    dx[c] = g * s;
    dx[channels + c] = g * x[c] * s * (1 - s);
  }
}
TK_LEVELS(gate_back, (const float *x, const float *dy, size_t channels, float *dx), (x, dy, channels, dx))

typedef struct {
  const float *x, *dy;
  size_t rows, channels;
  float *out;
} gate_work;

static void gate_part(const void *context, size_t part, size_t parts) {
  const gate_work *work = context;
  size_t channels = work->channels;
  for (size_t row = tk_start(work->rows, part, parts); row < tk_start(work->rows, part + 1, parts); row++) {
    const float *x = work->x + row * 2 * channels;
    if (work->dy == NULL) {
      gate(x, channels, work->out + row * channels);
    } else {
      gate_back(x, work->dy + row * channels, channels, work->out + row * 2 * channels);
    }
  }
}

void tk_gate(const float *x, size_t rows, size_t channels, float *y) {
  gate_work work = {x, NULL, rows, channels, y};
  tk_parallel(tk_parts(rows * channels), gate_part, &work);
}

void tk_gate_backward(const float *x, const float *dy, size_t rows, size_t channels, float *dx) {
  gate_work work = {x, dy, rows, channels, dx};
  tk_parallel(tk_parts(rows * channels), gate_part, &work);
}
