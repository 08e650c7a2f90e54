#include <string.h>

#include "tk_pooling.h"
#include "tk_threads.h"

typedef struct {
  const tk_unpool *shape;
  const int32_t *places;
  const float *from;
  float *to;
} unpool_work;

// Cells of an example share targets, so threads share examples.
static void unpool_part(const void *context, size_t part, size_t parts) {
  const unpool_work *work = context;
  const tk_unpool *shape = work->shape;
  size_t channels = shape->channels, in = shape->in_cells * channels, out = shape->out_cells * channels;
  for (size_t n = tk_start(shape->batch, part, parts); n < tk_start(shape->batch, part + 1, parts); n++) {
    const int32_t *places = work->places + n * in;
    const float *x = work->from + n * in;
    float *y = work->to + n * out;
    memset(y, 0, out * sizeof(float));
    for (size_t i = 0; i < in; i++) {
      if (places[i] >= 0) y[(size_t)places[i] * channels + i % channels] = x[i];
    }
  }
}

void tk_max_unpool(const tk_unpool *shape, const int32_t *places, const float *x, float *y) {
  unpool_work work = {shape, places, x, y};
  tk_parallel(tk_parts(shape->batch * shape->out_cells * shape->channels), unpool_part, &work);
}

static void unpool_back_part(const void *context, size_t part, size_t parts) {
  const unpool_work *work = context;
  const tk_unpool *shape = work->shape;
  size_t channels = shape->channels, in = shape->in_cells * channels, out = shape->out_cells * channels;
  for (size_t n = tk_start(shape->batch, part, parts); n < tk_start(shape->batch, part + 1, parts); n++) {
    const int32_t *places = work->places + n * in;
    const float *dy = work->from + n * out;
    float *dx = work->to + n * in;
    for (size_t i = 0; i < in; i++) dx[i] = places[i] >= 0 ? dy[(size_t)places[i] * channels + i % channels] : 0;
  }
}

void tk_max_unpool_backward(const tk_unpool *shape, const int32_t *places, const float *dy, float *dx) {
  unpool_work work = {shape, places, dy, dx};
  tk_parallel(tk_parts(shape->batch * shape->in_cells * shape->channels), unpool_back_part, &work);
}
