// Matrix products for the kernels of this target.
#ifndef TK_PRODUCT_H
#define TK_PRODUCT_H

#include <stdbool.h>
#include <stddef.h>

#include "tk_processor.h"

enum {
  // No level has a tile with more rows or columns.
  most_tile_rows = 14,
  most_tile_columns = 32,
  // Depth of a block: its panel of B stays in the first cache, its block of A in the second.
  block_depth = 256,
  // A multiple of the rows of every level's tile (14, 6, 4).
  block_rows = 168,
};

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

/// Columns of b in panels as wide as a tile, each panel all rows of it, the last one filled up with zeros.
size_t packed_count(const tile_set *tiles, size_t depth, size_t columns);

/// Packs b[p * b_depth + j * b_column]; the panels from `first` up to `end`.
void pack_panels(
    const tile_set *tiles, size_t depth, size_t columns, const float *b, size_t b_depth, size_t b_column, float *packed,
    size_t first, size_t end);

/// One block of a product, on one thread. `a` lies in rows or in columns: one of its steps is 1.
typedef struct {
  const tile_set *tiles;
  size_t rows, depth, columns;
  const float *a;
  size_t a_row, a_depth;
  /// Packed panels of `panel_depth` rows, of which the block takes `depth`; the pointer is moved to the first of them.
  const float *packed;
  size_t panel_depth;
  float *c;
  size_t c_row;
  /// One number a column, or null.
  const float *bias;
  bool accumulate;
} product_block;

void multiply_block(const product_block *block);

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

/// False where memory for the panels is missing.
bool multiply(const product *job);

#endif
