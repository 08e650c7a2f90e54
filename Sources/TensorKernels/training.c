#include "tk_training.h"

#include "tk_threads.h"

typedef struct {
  const tk_descent *rule;
  float *w;
  const float *g;
  float *v;
  size_t count;
} descent;

static void descend_part(const void *context, size_t part, size_t parts) {
  const descent *all = context;
  const tk_descent rule = *all->rule;
  float *restrict w = all->w;
  const float *restrict g = all->g;
  size_t first = tk_start(all->count, part, parts), end = tk_start(all->count, part + 1, parts);
  if (!all->v) {
    for (size_t i = first; i < end; i++) w[i] -= rule.rate * (g[i] + rule.decay * w[i]);
    return;
  }
  float *restrict v = all->v;
  // Nesterov's step is a part of the gradient and a part of the velocity; the plain one is the velocity alone.
  const float ahead = rule.nesterov ? 1 : 0, carried = rule.nesterov ? rule.momentum : 1;
  for (size_t i = first; i < end; i++) {
    float slope = g[i] + rule.decay * w[i];
    v[i] = rule.momentum * v[i] + slope;
    w[i] -= rule.rate * (ahead * slope + carried * v[i]);
  }
}

void tk_descend(const tk_descent *rule, float *w, const float *g, float *v, size_t count) {
  descent all = {rule, w, g, v, count};
  tk_parallel(tk_parts(count), descend_part, &all);
}

typedef struct {
  const tk_adam *rule;
  float *w;
  const float *g;
  float *m, *s;
  size_t count;
} adaption;

static void adapt_part(const void *context, size_t part, size_t parts) {
  const adaption *all = context;
  const tk_adam rule = *all->rule;
  float *restrict w = all->w, *restrict m = all->m, *restrict s = all->s;
  const float *restrict g = all->g;
  size_t end = tk_start(all->count, part + 1, parts);
  for (size_t i = tk_start(all->count, part, parts); i < end; i++) {
    float weight = w[i] * rule.keep;
    float slope = g[i] + rule.decay * weight;
    m[i] += rule.mean_gain * (slope - m[i]);
    s[i] += rule.square_gain * (slope * slope - s[i]);
    // The C library's root may set errno, which keeps it out of vectors.
    w[i] = weight - rule.rate * m[i] / (rule.square_scale * __builtin_elementwise_sqrt(s[i]) + rule.epsilon);
  }
}

void tk_adapt(const tk_adam *rule, float *w, const float *g, float *m, float *s, size_t count) {
  adaption all = {rule, w, g, m, s, count};
  tk_parallel(tk_parts(count), adapt_part, &all);
}
