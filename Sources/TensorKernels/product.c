#include "product.h"

#include <string.h>

#include "tk_memory.h"
#include "tk_threads.h"

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

const tile_set *tiles_of(tk_level level) {
  switch (level) {
#if defined(__x86_64__)
    case tk_avx512: return &tiles_avx512;
    case tk_avx2: return &tiles_avx2;
#else
    case tk_avx512:
    case tk_avx2:
#endif
    case tk_portable: break;
  }
  return &tiles_portable;
}

// MARK: - Packing

static size_t panel_width(const tile_set *tiles) { return tiles->vector * tiles->vectors; }

static size_t panels_of(const tile_set *tiles, size_t columns) {
  size_t width = panel_width(tiles);
  return (columns + width - 1) / width;
}

size_t packed_count(const tile_set *tiles, size_t depth, size_t columns) {
  return panels_of(tiles, columns) * panel_width(tiles) * depth;
}

void pack_panels(
    const tile_set *tiles, size_t depth, size_t columns, const float *b, size_t b_depth, size_t b_column, float *packed,
    size_t first, size_t end) {
  size_t width = panel_width(tiles);
  for (size_t panel = first; panel < end; panel++) {
    float *target = packed + panel * width * depth;
    size_t from = panel * width;
    size_t count = smaller(width, columns - from);
    if (b_column == 1) {
      for (size_t p = 0; p < depth; p++) {
        memcpy(target + p * width, b + p * b_depth + from, count * sizeof(float));
        for (size_t j = count; j < width; j++) target[p * width + j] = 0;
      }
    } else {
      // Sixteen rows at a time, so that what is read by columns is read from lines that are still at hand.
      for (size_t start = 0; start < depth; start += 16) {
        size_t stop = smaller(start + 16, depth);
        for (size_t j = 0; j < count; j++) {
          const float *source = b + (from + j) * b_column;
          for (size_t p = start; p < stop; p++) target[p * width + j] = source[p * b_depth];
        }
        for (size_t j = count; j < width; j++) {
          for (size_t p = start; p < stop; p++) target[p * width + j] = 0;
        }
      }
    }
  }
}

// MARK: - A block

// A tile at the right edge goes by way of memory as wide as the tile.
static void multiply_edge(
    const product_block *block, tile_function tile, size_t rows, size_t columns, const float *a, const float *b,
    float *c, const float *bias) {
  enum { width = most_tile_columns };
  float sums[most_tile_rows * width];
  float shifts[width] = {0};
  if (bias != NULL) memcpy(shifts, bias, columns * sizeof(float));
  if (block->accumulate) {
    memset(sums, 0, sizeof sums);
    for (size_t i = 0; i < rows; i++) memcpy(sums + i * width, c + i * block->c_row, columns * sizeof(float));
  }
  tile(
      block->depth, a, block->a_row, block->a_depth, b, panel_width(block->tiles), sums, width,
      bias != NULL ? shifts : NULL, block->accumulate);
  for (size_t i = 0; i < rows; i++) memcpy(c + i * block->c_row, sums + i * width, columns * sizeof(float));
}

void multiply_block(const product_block *block) {
  const tile_set *tiles = block->tiles;
  size_t width = panel_width(tiles);
  for (size_t j = 0; j < block->columns; j += width) {
    size_t columns = smaller(width, block->columns - j);
    size_t vectors = (columns + tiles->vector - 1) / tiles->vector;
    const float *b = block->packed + j * block->panel_depth;
    const float *bias = block->bias == NULL || block->accumulate ? NULL : block->bias + j;
    for (size_t i = 0; i < block->rows; i += tiles->rows) {
      size_t rows = smaller(tiles->rows, block->rows - i);
      tile_function tile = block->a_depth == 1 ? tiles->by_rows[rows][vectors] : tiles->by_columns[rows][vectors];
      const float *a = block->a + i * block->a_row;
      float *c = block->c + i * block->c_row + j;
      if (columns == vectors * tiles->vector) {
        tile(block->depth, a, block->a_row, block->a_depth, b, width, c, block->c_row, bias, block->accumulate);
      } else {
        multiply_edge(block, tile, rows, columns, a, b, c, bias);
      }
    }
  }
}

// MARK: - A whole product

typedef struct {
  const product *job;
  const tile_set *tiles;
  float *packed;
} product_work;

static void pack_part(const void *context, size_t part, size_t parts) {
  const product_work *work = context;
  const product *job = work->job;
  size_t panels = panels_of(work->tiles, job->columns);
  pack_panels(
      work->tiles, job->depth, job->columns, job->b, job->b_depth, job->b_column, work->packed,
      tk_start(panels, part, parts), tk_start(panels, part + 1, parts));
}

static void multiply_part(const void *context, size_t part, size_t parts) {
  const product_work *work = context;
  const product *job = work->job;
  const tile_set *tiles = work->tiles;
  size_t width = panel_width(tiles);
  // Rows are shared where there are enough of them, else columns.
  bool by_rows = job->rows >= tiles->rows * parts || job->columns < width * parts;
  size_t units = by_rows ? (job->rows + tiles->rows - 1) / tiles->rows : panels_of(tiles, job->columns);
  size_t unit = by_rows ? tiles->rows : width;
  size_t first = tk_start(units, part, parts) * unit;
  size_t end = tk_start(units, part + 1, parts) * unit;
  size_t row = by_rows ? first : 0, row_end = by_rows ? smaller(end, job->rows) : job->rows;
  size_t column = by_rows ? 0 : first, column_end = by_rows ? job->columns : smaller(end, job->columns);
  if (column >= column_end) return;
  for (size_t p = 0; p < job->depth; p += block_depth) {
    for (size_t i = row; i < row_end; i += block_rows) {
      product_block block = {
          .tiles = tiles,
          .rows = smaller(block_rows, row_end - i),
          .depth = smaller(block_depth, job->depth - p),
          .columns = column_end - column,
          .a = job->a + i * job->a_row + p * job->a_depth,
          .a_row = job->a_row,
          .a_depth = job->a_depth,
          .packed = work->packed + column * job->depth + p * width,
          .panel_depth = job->depth,
          .c = job->c + i * job->c_row + column,
          .c_row = job->c_row,
          .bias = job->bias == NULL ? NULL : job->bias + column,
          .accumulate = job->accumulate || p > 0,
      };
      multiply_block(&block);
    }
  }
}

bool multiply(const product *job) {
  const tile_set *tiles = tiles_of(tk_processor_level());
  size_t bytes = packed_count(tiles, job->depth, job->columns) * sizeof(float);
  float *packed = tk_allocate(bytes);
  if (packed == NULL) return false;
  product_work work = {job, tiles, packed};
  tk_parallel(tk_parts(job->depth * job->columns), pack_part, &work);
  tk_parallel(tk_parts(job->rows * job->depth * job->columns / 8), multiply_part, &work);
  tk_release(packed, bytes);
  return true;
}
