#include "tk_recurrent.h"

#include <string.h>

#include "functions.h"
#include "levels.h"
#include "tk_dense.h"
#include "tk_memory.h"

static size_t gates_of(const tk_recurrent *shape) {
  switch (shape->kind) {
    case tk_lstm: return 4;
    case tk_gru: return 3;
  }
  return 0;
}

// MARK: - One example's step

// Gates hold what the inputs add, `added` what the states add.
TK_LOOP lstm_step_loop(
    size_t units, const float *restrict added, const float *before, float *restrict gates, float *restrict cells,
    float *restrict h) {
  for (size_t u = 0; u < units; u++) {
    float input = fast_sigmoid(gates[u] + added[u]);
    float forget = fast_sigmoid(gates[units + u] + added[units + u]);
    float cell = fast_tanh(gates[2 * units + u] + added[2 * units + u]);
    float output = fast_sigmoid(gates[3 * units + u] + added[3 * units + u]);
    gates[u] = input;
    gates[units + u] = forget;
    gates[2 * units + u] = cell;
    gates[3 * units + u] = output;
    float memory = input * cell + (before == NULL ? 0 : forget * before[u]);
    cells[u] = memory;
    h[u] = output * fast_tanh(memory);
  }
}
TK_LEVELS(
    lstm_step,
    (size_t units, const float *restrict added, const float *before, float *restrict gates, float *restrict cells,
     float *restrict h),
    (units, added, before, gates, cells, h))

TK_LOOP gru_step_loop(
    size_t units, const float *restrict added, const float *before, float *restrict gates, float *restrict cells,
    float *restrict h) {
  for (size_t u = 0; u < units; u++) {
    float reset = fast_sigmoid(gates[u] + added[u]);
    float update = fast_sigmoid(gates[units + u] + added[units + u]);
    float hidden = added[2 * units + u];
    float new = fast_tanh(gates[2 * units + u] + reset * hidden);
    gates[u] = reset;
    gates[units + u] = update;
    gates[2 * units + u] = new;
    cells[u] = hidden;
    h[u] = (1 - update) * new + (before == NULL ? 0 : update * before[u]);
  }
}
TK_LEVELS(
    gru_step,
    (size_t units, const float *restrict added, const float *before, float *restrict gates, float *restrict cells,
     float *restrict h),
    (units, added, before, gates, cells, h))

// `dc` is the derivative by the memory that comes from the next step, and becomes that for the one before.
TK_LOOP lstm_step_back_loop(
    size_t units, const float *gates, const float *cells, const float *before, const float *dh, float *restrict dc,
    float *restrict inputs) {
  for (size_t u = 0; u < units; u++) {
    float input = gates[u], forget = gates[units + u], cell = gates[2 * units + u], output = gates[3 * units + u];
    float shown = fast_tanh(cells[u]), g = dh[u];
    float memory = dc[u] + g * output * (1 - shown * shown);
    inputs[u] = memory * cell * input * (1 - input);
    inputs[units + u] = before == NULL ? 0 : memory * before[u] * forget * (1 - forget);
    inputs[2 * units + u] = memory * input * (1 - cell * cell);
    inputs[3 * units + u] = g * shown * output * (1 - output);
    dc[u] = memory * forget;
  }
}
TK_LEVELS(
    lstm_step_back,
    (size_t units, const float *gates, const float *cells, const float *before, const float *dh, float *restrict dc,
     float *restrict inputs),
    (units, gates, cells, before, dh, dc, inputs))

// `direct` is the derivative by the state before that does not go by way of the gates.
TK_LOOP gru_step_back_loop(
    size_t units, const float *gates, const float *cells, const float *before, const float *dh, float *restrict direct,
    float *restrict inputs, float *restrict states) {
  for (size_t u = 0; u < units; u++) {
    float reset = gates[u], update = gates[units + u], new = gates[2 * units + u], g = dh[u];
    float inner = g * (1 - update) * (1 - new * new);
    float by_update = g * ((before == NULL ? 0 : before[u]) - new) * update * (1 - update);
    float by_reset = inner * cells[u] * reset * (1 - reset);
    inputs[u] = by_reset;
    inputs[units + u] = by_update;
    inputs[2 * units + u] = inner;
    states[u] = by_reset;
    states[units + u] = by_update;
    states[2 * units + u] = inner * reset;
    direct[u] = g * update;
  }
}
TK_LEVELS(
    gru_step_back,
    (size_t units, const float *gates, const float *cells, const float *before, const float *dh, float *restrict direct,
     float *restrict inputs, float *restrict states),
    (units, gates, cells, before, dh, direct, inputs, states))

// MARK: - All steps

bool tk_recurrent_forward(
    const tk_recurrent *shape, const float *weights, const float *bias, float *gates, float *cells, float *h) {
  size_t units = shape->units, batch = shape->batch, width = gates_of(shape) * units;
  tk_dense sizes = {.rows = batch, .inputs = units, .outputs = width};
  size_t bytes = batch * width * sizeof(float);
  float *added = tk_allocate(bytes);
  if (added == NULL) return false;
  bool done = true;
  for (size_t step = 0; step < shape->steps && done; step++) {
    const float *before = step == 0 ? NULL : h + (step - 1) * batch * units;
    if (before != NULL) {
      done = tk_dense_forward(&sizes, before, weights, bias, added);
    } else {
      for (size_t n = 0; n < batch && bias != NULL; n++) memcpy(added + n * width, bias, width * sizeof(float));
      if (bias == NULL) memset(added, 0, bytes);
    }
    for (size_t n = 0; n < batch && done; n++) {
      size_t row = step * batch + n;
      const float *add = added + n * width;
      float *gate = gates + row * width, *cell = cells + row * units, *state = h + row * units;
      switch (shape->kind) {
        case tk_lstm: lstm_step(units, add, before == NULL ? NULL : cell - batch * units, gate, cell, state); break;
        case tk_gru: gru_step(units, add, before == NULL ? NULL : state - batch * units, gate, cell, state); break;
      }
    }
  }
  tk_release(added, bytes);
  return done;
}

static void add(float *target, const float *source, size_t count) {
  for (size_t i = 0; i < count; i++) target[i] += source[i];
}

bool tk_recurrent_backward(
    const tk_recurrent *shape, const float *weights, const float *gates, const float *cells, const float *h, float *dh,
    float *inputs, float *states) {
  size_t units = shape->units, batch = shape->batch, width = gates_of(shape) * units;
  tk_dense sizes = {.rows = batch, .inputs = width, .outputs = units};
  // What goes from step to step beside the gates, and what goes through them.
  size_t count = batch * units, bytes = 2 * count * sizeof(float);
  float *carried = tk_allocate(bytes);
  if (carried == NULL) return false;
  float *through = carried + count;
  memset(carried, 0, count * sizeof(float));
  bool done = true;
  for (size_t step = shape->steps; step-- > 0 && done;) {
    for (size_t n = 0; n < batch; n++) {
      size_t row = step * batch + n;
      const float *gate = gates + row * width, *cell = cells + row * units;
      float *to_inputs = inputs + row * width;
      switch (shape->kind) {
        case tk_lstm:
          lstm_step_back(
              units, gate, cell, step == 0 ? NULL : cell - count, dh + row * units, carried + n * units, to_inputs);
          break;
        case tk_gru:
          gru_step_back(
              units, gate, cell, step == 0 ? NULL : h + row * units - count, dh + row * units, carried + n * units,
              to_inputs, states + row * width);
          break;
      }
    }
    if (step == 0) break;
    float *earlier = dh + (step - 1) * count;
    done = tk_dense_forward(
        &sizes, (shape->kind == tk_lstm ? inputs : states) + step * batch * width, weights, NULL, through);
    add(earlier, through, count);
    if (shape->kind == tk_gru) add(earlier, carried, count);
  }
  tk_release(carried, bytes);
  return done;
}
