#ifndef TK_TRAINING_H
#define TK_TRAINING_H

#include <stdbool.h>
#include <stddef.h>

/// How gradient descent changes a weight by its gradient.
typedef struct {
  float rate, momentum, decay;
  bool nesterov;
} tk_descent;

/// g += decay w; v = momentum v + g; w -= rate (v, or g + momentum v with Nesterov's momentum).
/// The velocity v may be null where there is no momentum.
void tk_descend(
    const tk_descent *_Nonnull rule, float *_Nonnull w, const float *_Nonnull g, float *_Nullable v, size_t count);

/// How Adam changes a weight by the mean and the mean square of its gradients.
typedef struct {
  /// What a gradient adds to the mean and to the mean square: one less their betas.
  float mean_gain, square_gain;
  /// The rate over the mean's correction, and one over the root of the square's correction.
  float rate, square_scale;
  float epsilon;
  /// What the weight adds to the gradient.
  float decay;
  /// What the weight is multiplied by first.
  float keep;
} tk_adam;

/// w *= keep; g += decay w; m += mean_gain (g - m); s += square_gain (g g - s);
/// w -= rate m / (square_scale sqrt(s) + epsilon)
void tk_adapt(
    const tk_adam *_Nonnull rule, float *_Nonnull w, const float *_Nonnull g, float *_Nonnull m, float *_Nonnull s,
    size_t count);

#endif
