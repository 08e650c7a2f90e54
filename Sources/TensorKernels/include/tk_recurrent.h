#ifndef TK_RECURRENT_H
#define TK_RECURRENT_H

#include <stdbool.h>
#include <stddef.h>

/// Layers that walk along a sequence. Gates lie beside each other: input, forget, cell and output of the long short-term
/// memory, reset, update and new of the gated recurrent unit.
typedef enum { tk_lstm, tk_gru } tk_recurrence;

/// Everything is in the order of the steps: [steps, batch, ...]. The state before the first step is zeros.
typedef struct {
  tk_recurrence kind;
  size_t steps, batch, units;
} tk_recurrent;

/// Walks through the steps. `gates` [steps, batch, gates * units] holds what the inputs add to each gate, and receives what
/// the gates are; `h` [steps, batch, units] receives the states, `cells` those of the memory or, of the gated unit, what
/// its reset gate multiplies. Weights are [units, gates * units]; the bias may be null. False where memory is missing, as
/// for the other.
bool tk_recurrent_forward(
    const tk_recurrent *_Nonnull shape, const float *_Nonnull weights, const float *_Nullable bias,
    float *_Nonnull gates, float *_Nonnull cells, float *_Nonnull h);

/// Walks back. `weights` are turned over, [gates * units, units], and `dh` holds the derivatives by the states that come
/// from outside; it is changed. `inputs` receives the derivatives by what the inputs add to the gates, `states` those by
/// what the states add; it may be null for the long short-term memory, where both are the same.
bool tk_recurrent_backward(
    const tk_recurrent *_Nonnull shape, const float *_Nonnull weights, const float *_Nonnull gates,
    const float *_Nonnull cells, const float *_Nonnull h, float *_Nonnull dh, float *_Nonnull inputs,
    float *_Nullable states);

#endif
