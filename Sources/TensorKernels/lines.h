// How the kernels over lines share their work.
#ifndef TK_LINES_INTERNAL_H
#define TK_LINES_INTERNAL_H

#include "tk_lines.h"

enum {
  // Lines that lie beside each other in memory and are worked on at once.
  strip = 64,
};

/// Some lines beside each other, at most a strip: their first elements, `inner` apart from the next ones, and their place
/// among the lines. With an inner extent of 1 it is a single line.
typedef struct {
  size_t start, line, width;
} line_strip;

typedef void (*strip_function)(const void *context, const tk_lines *shape, line_strip at);

/// Runs `work` for every strip, on all threads.
void each_strip(const tk_lines *shape, strip_function work, const void *context);

#endif
