#ifndef TK_THREADS_H
#define TK_THREADS_H

#include <stddef.h>

/// The part of a piece of work that belongs to one of `parts`, from 0.
typedef void (*tk_part)(const void *_Nonnull context, size_t part, size_t parts);

/// Runs all of `parts` parts of a piece of work, on as many threads, and returns when they are done.
///
/// How the work is cut never depends on how threads happen to run: while another call has them, all parts run on the
/// caller's.
void tk_parallel(size_t parts, tk_part _Nonnull work, const void *_Nonnull context);

/// Into how many parts to cut a piece of work of `cost` small steps: one for each of the threads, or a single one where
/// it is too little to share.
size_t tk_parts(size_t cost);

/// How many threads share work: at least 1. At first as many as there are cores.
void tk_set_threads(size_t threads);
size_t tk_threads(void);

/// The first of `count` items that belong to a part; it ends where the next one begins.
static inline size_t tk_start(size_t count, size_t part, size_t parts) {
  size_t each = count / parts, rest = count % parts;
  return part * each + (part < rest ? part : rest);
}

#endif
