#ifndef TK_PEAK_H
#define TK_PEAK_H

#include <stddef.h>

/// Multiplies and adds as fast as the machine can, on all threads, at least `count` times: the tile of a matrix product,
/// over and over on what lies in the first cache. Benchmarks state shares of it.
///
/// Returns how many multiply-adds it was.
size_t tk_multiply_and_add(size_t count);

#endif
