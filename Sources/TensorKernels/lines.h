// How the kernels over lines share their work.
#ifndef TK_LINES_INTERNAL_H
#define TK_LINES_INTERNAL_H

#include "tk_lines.h"

enum {
  // Lines that lie beside each other in memory and are worked on at once.
  strip = 64,
  // Sums of a single line that are kept apart, for vectors.
  lanes = 16,
};

/// Sets `RESULT` to the sum of an expression of i below `COUNT`.
#define SUM_IN_LANES(RESULT, COUNT, EXPRESSION)                              \
  do {                                                                       \
    float partial[lanes] = {0};                                              \
    size_t whole = (COUNT) / lanes * lanes;                                  \
    for (size_t first = 0; first < whole; first += lanes) {                  \
      for (size_t lane = 0; lane < lanes; lane++) {                          \
        size_t i = first + lane;                                             \
        partial[lane] += EXPRESSION;                                         \
      }                                                                      \
    }                                                                        \
    for (size_t i = whole; i < (COUNT); i++) partial[i - whole] += EXPRESSION; \
    RESULT = 0;                                                              \
    for (size_t lane = 0; lane < lanes; lane++) RESULT += partial[lane];     \
  } while (0)

/// Some lines beside each other, at most a strip: their first elements, `inner` apart from the next ones, and their place
/// among the lines. With an inner extent of 1 it is a single line.
typedef struct {
  size_t start, line, width;
} line_strip;

typedef void (*strip_function)(const void *context, const tk_lines *shape, line_strip at);

/// Runs `work` for every strip, on all threads.
void each_strip(const tk_lines *shape, strip_function work, const void *context);

#endif
