// Matrix products for the kernels of this target.
#ifndef TK_PRODUCT_H
#define TK_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "tk_processor.h"

static inline size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

enum {
  // No level has a tile with more rows or columns.
  most_tile_rows = 14,
  most_tile_columns = 32,
  // Depth of a block: a panel of its b stays in the first cache.
  block_depth = 256,
  // Rows of a block, so that its a stays in the second cache: a multiple of the rows of every level's tile (14, 6, 4).
  block_rows = 504,
  // Panels that are packed at once, because rows of b are read best where they are long.
  block_panels = 4,
};

/// A distance between rows of `columns` floats that keeps them from falling into the same lines of a cache.
static inline size_t padded_row(size_t columns) {
  size_t whole = (columns + 15) / 16 * 16;
  return whole % 256 == 0 ? whole + 16 : whole;
}

/// c[rows x columns] = start + a[rows x depth] * b[depth x columns], where b lies in rows `b_row` apart. The start is c
/// itself, a bias for each column, or zero.
typedef void (*tile_function)(
    size_t depth, const float *a, size_t a_row, size_t a_depth, const float *b, size_t b_row, float *c, size_t c_row,
    const float *bias, bool accumulate);

/// The tiles of a level: `tiles[rows][vectors]`, for a that lies in rows (a_depth is 1) and in columns (a_row is 1).
typedef struct {
  size_t rows;
  size_t vector;
  size_t vectors;
  tile_function by_rows[most_tile_rows + 1][3];
  tile_function by_columns[most_tile_rows + 1][3];
} tile_set;

extern const tile_set tiles_portable;
#if defined(__x86_64__)
extern const tile_set tiles_avx2;
extern const tile_set tiles_avx512;
#endif

const tile_set *tiles_of(tk_level level);

/// The right side of a product, in runs of `run` rows: row p, column j is
/// `b[offsets[p / run] + p % run * b_depth + j * b_column]`. One of the steps is 1.
typedef struct {
  const float *b;
  size_t b_depth, b_column;
  size_t run;
  const size_t *offsets;
} right_side;

/// One block of a product, on one thread: c = bias + a * b, or c + a * b. `a` lies in rows or in columns: one of its steps
/// is 1. It is made of `lines` pieces of `rows` rows each, which begin `a_first` floats behind each of `a`.
typedef struct {
  const tile_set *tiles;
  size_t rows, columns;
  /// Rows of b from `first` on.
  size_t first, depth;
  size_t lines;
  const float *const *a;
  size_t a_first, a_row, a_depth;
  const right_side *b;
  float *c;
  size_t c_row;
  /// One number a column, or null.
  const float *bias;
  bool accumulate;
} product_block;

/// `panels` has room for `panel_count` floats.
void multiply_block(const product_block *block, float *panels);

enum { panel_count = block_panels * most_tile_columns * block_depth };

/// c = bias + a * b, or c + a * b, on all threads.
typedef struct {
  size_t rows, depth, columns;
  const float *a;
  size_t a_row, a_depth;
  const float *b;
  size_t b_depth, b_column;
  float *c;
  size_t c_row;
  const float *bias;
  bool accumulate;
} product;

/// False where memory is missing.
bool multiply(const product *job);

#endif
