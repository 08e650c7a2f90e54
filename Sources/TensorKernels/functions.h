// Transcendental functions of single floats that a compiler can turn into vector code. Errors are a few units in the last
// place, unless it says otherwise; NaN gives NaN.
#ifndef TK_FUNCTIONS_H
#define TK_FUNCTIONS_H

#include <stdint.h>
#include <string.h>

#define TK_INLINE static inline __attribute__((always_inline))

TK_INLINE float float_of_bits(int32_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

TK_INLINE int32_t bits_of_float(float value) {
  int32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// e^x = 2^n * e^r with |r| below ln 2 / 2, e^r by its series. Zero and infinity are never reached.
TK_INLINE float fast_exp(float x) {
  x = x < -87.0f ? -87.0f : x;
  x = x > 88.3f ? 88.3f : x;
  // Adding 1.5 * 2^23 rounds to a whole number, and leaves it in the lowest bits.
  float shifted = x * 1.44269504f + 12582912.0f;
  float n = shifted - 12582912.0f;
  float r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  float p = 1.0f / 5040;
  p = p * r + 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  return p * float_of_bits((int32_t)((uint32_t)bits_of_float(shifted) << 23) + 0x3F800000);
}

/// The natural logarithm of a positive number: x = 2^n * m with m around 1, then the series of atanh((m - 1) / (m + 1)).
TK_INLINE float fast_log(float x) {
  int32_t bits = bits_of_float(x);
  int32_t n = (bits - 0x3F3504F3) >> 23;
  float m = float_of_bits(bits - (int32_t)((uint32_t)n << 23));
  float s = (m - 1.0f) / (m + 1.0f);
  float z = s * s;
  float p = 2.0f / 9;
  p = p * z + 2.0f / 7;
  p = p * z + 2.0f / 5;
  p = p * z + 2.0f / 3;
  p = p * z + 2.0f;
  return (float)n * 0.693147181f + s * p;
}

TK_INLINE float fast_sigmoid(float x) { return 1.0f / (1.0f + fast_exp(-x)); }

/// By its continued fraction near zero, where 1 - 2 / (e^2x + 1) would cancel.
TK_INLINE float fast_tanh(float x) {
  float z = x * x;
  float small = x * (945.0f + z * (105.0f + z)) / (945.0f + z * (420.0f + 15.0f * z));
  float large = 1.0f - 2.0f / (fast_exp(2.0f * (x < 0 ? -x : x)) + 1.0f);
  large = x < 0 ? -large : large;
  return z < 0.25f ? small : large;
}

/// The share of a normal distribution below x (Abramowitz and Stegun, 7.1.26; the error is below 8e-8).
TK_INLINE float fast_normal(float x) {
  float u = (x < 0 ? -x : x) * 0.707106781f;
  float t = 1.0f / (1.0f + 0.3275911f * u);
  float p = 1.061405429f;
  p = p * t - 1.453152027f;
  p = p * t + 1.421413741f;
  p = p * t - 0.284496736f;
  p = p * t + 0.254829592f;
  float tail = 0.5f * p * t * fast_exp(-u * u);
  return x < 0 ? tail : 1.0f - tail;
}

#endif
