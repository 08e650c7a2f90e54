#include "product.h"

#include <string.h>

#include "levels.h"
#include "tk_memory.h"
#include "tk_threads.h"

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

// Rows of b lie a page or more apart where b is wide, and no processor foresees the next one: it is told.
enum {
  line_floats = 16,
  rows_ahead = 12,
};

static size_t panel_width(const tile_set *tiles) { return tiles->vector * tiles->vectors; }

typedef float eight __attribute__((vector_size(32), aligned(4)));

// Eight columns of b become eight floats of eight rows of the panel.
static inline __attribute__((always_inline)) void turn_eight(const float *b, size_t b_column, float *panel, size_t width) {
  eight row[8], pair[8], four[8];
  for (int i = 0; i < 8; i++) row[i] = *(const eight *)(b + (size_t)i * b_column);
  for (int i = 0; i < 8; i += 2) {
    pair[i] = __builtin_shufflevector(row[i], row[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    pair[i + 1] = __builtin_shufflevector(row[i], row[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  for (int i = 0; i < 8; i += 4) {
    for (int k = 0; k < 2; k++) {
      four[i + k] = __builtin_shufflevector(pair[i + k], pair[i + k + 2], 0, 1, 8, 9, 4, 5, 12, 13);
      four[i + k + 2] = __builtin_shufflevector(pair[i + k], pair[i + k + 2], 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int k = 0; k < 4; k++) {
    *(eight *)(panel + (size_t)k * width) = __builtin_shufflevector(four[k], four[k + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    *(eight *)(panel + (size_t)(k + 4) * width) =
        __builtin_shufflevector(four[k], four[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

// `count` columns of `depth` rows of one run; columns are what lies apart in memory.
TK_LOOP turn_loop(const float *b, size_t b_column, size_t depth, size_t count, float *panel, size_t width) {
  size_t whole = count / 8 * 8, turned = depth / 8 * 8;
  for (size_t j = 0; j < whole; j += 8) {
    for (size_t p = 0; p < turned; p += 8) {
      for (size_t k = 0; k < 8; k++) __builtin_prefetch(b + (j + 8 + k) * b_column + p);
      turn_eight(b + j * b_column + p, b_column, panel + p * width + j, width);
    }
    for (size_t p = turned; p < depth; p++) {
      for (size_t k = j; k < j + 8; k++) panel[p * width + k] = b[k * b_column + p];
    }
  }
  for (size_t j = whole; j < count; j++) {
    for (size_t p = 0; p < depth; p++) panel[p * width + j] = b[j * b_column + p];
  }
}
TK_LEVELS(
    turn, (const float *b, size_t b_column, size_t depth, size_t count, float *panel, size_t width),
    (b, b_column, depth, count, panel, width))

// `count` columns of `depth` rows of one run into panels that are `panel` floats apart.
TK_LOOP copy_rows_loop(
    const float *b, size_t b_depth, size_t depth, size_t count, float *panels, size_t panel, size_t width) {
  for (size_t p = 0; p < depth; p++) {
    const float *source = b + p * b_depth;
    float *target = panels + p * width;
    for (size_t j = 0; j < count; j += line_floats) __builtin_prefetch(source + rows_ahead * b_depth + j);
    size_t j = 0;
    for (; width == most_tile_columns && j + most_tile_columns <= count; j += most_tile_columns) {
      memcpy(target, source + j, most_tile_columns * sizeof(float));
      target += panel;
    }
    for (; j < count; j += width) {
      memcpy(target, source + j, smaller(width, count - j) * sizeof(float));
      target += panel;
    }
  }
}
TK_LEVELS(
    copy_rows, (const float *b, size_t b_depth, size_t depth, size_t count, float *panels, size_t panel, size_t width),
    (b, b_depth, depth, count, panels, panel, width))

// Columns `column` up to `column + count` of the block's rows of b, in panels; the last is filled up with zeros.
static void pack_panels(const product_block *block, size_t column, size_t count, float *panels) {
  const right_side *side = block->b;
  size_t width = panel_width(block->tiles), panel = width * block->depth;
  size_t row = block->first, end = block->first + block->depth;
  float *target = panels;
  while (row < end) {
    size_t inside = row % side->run;
    size_t depth = smaller(side->run - inside, end - row);
    const float *b = side->b + side->offsets[row / side->run] + inside * side->b_depth + column * side->b_column;
    if (side->b_column == 1) {
      copy_rows(b, side->b_depth, depth, count, target, panel, width);
    } else {
      for (size_t j = 0; j < count; j += width) {
        turn(b + j * side->b_column, side->b_column, depth, smaller(width, count - j), target + j / width * panel, width);
      }
    }
    row += depth;
    target += depth * width;
  }
  size_t rest = count % width;
  float *last = panels + count / width * panel;
  for (size_t p = 0; rest > 0 && p < block->depth; p++) {
    for (size_t j = rest; j < width; j++) last[p * width + j] = 0;
  }
}

// MARK: - A block

// A tile at the right edge goes by way of memory as wide as the tile.
static void multiply_edge(
    const product_block *block, tile_function tile, size_t rows, size_t columns, const float *a, const float *panel,
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
      block->depth, a, block->a_row, block->a_depth, panel, panel_width(block->tiles), sums, width,
      bias != NULL ? shifts : NULL, block->accumulate);
  for (size_t i = 0; i < rows; i++) memcpy(c + i * block->c_row, sums + i * width, columns * sizeof(float));
}

// Rows of a line, up to one panel of columns, from column `j` on. Tiles differ by at most a row.
static void multiply_panel(const product_block *block, size_t line, size_t j, size_t columns, const float *panel) {
  const tile_set *tiles = block->tiles;
  size_t vectors = (columns + tiles->vector - 1) / tiles->vector;
  const float *bias = block->bias == NULL || block->accumulate ? NULL : block->bias + j;
  size_t count = (block->rows + tiles->rows - 1) / tiles->rows, least = block->rows / count;
  // So many tiles, the first ones, have a row more.
  size_t higher = block->rows % count;
  for (size_t tile_index = 0, i = 0, rows; tile_index < count; tile_index++, i += rows) {
    rows = tile_index < higher ? least + 1 : least;
    tile_function tile = block->a_depth == 1 ? tiles->by_rows[rows][vectors] : tiles->by_columns[rows][vectors];
    const float *a = block->a[line] + block->a_first + i * block->a_row;
    float *c = block->c + (line * block->rows + i) * block->c_row + j;
    if (columns == vectors * tiles->vector) {
      tile(
          block->depth, a, block->a_row, block->a_depth, panel, panel_width(tiles), c, block->c_row, bias,
          block->accumulate);
    } else {
      multiply_edge(block, tile, rows, columns, a, panel, c, bias);
    }
  }
}

void multiply_block(const product_block *block, float *panels) {
  size_t width = panel_width(block->tiles);
  for (size_t start = 0; start < block->columns; start += block_panels * width) {
    size_t count = smaller(block_panels * width, block->columns - start);
    pack_panels(block, start, count, panels);
    for (size_t j = 0; j < count; j += width) {
      for (size_t line = 0; line < block->lines; line++) {
        multiply_panel(block, line, start + j, smaller(width, count - j), panels + j * block->depth);
      }
    }
  }
}

// MARK: - A whole product

typedef struct {
  const product *job;
  const tile_set *tiles;
  /// Whether blocks of a are copied first.
  bool moves_a;
  /// For each part a panel and, where it is copied, a block of a.
  float *scratch;
  size_t scratch_count;
} product_work;

// How far apart the lines of a are, rows or columns, which are what follows each other in memory.
static size_t line_of_a(const product *job) { return job->a_depth == 1 ? job->a_row : job->a_depth; }

// Lines that lie a multiple of 1024 bytes apart fall into the same few lines of a cache, and drive each other out of it
// while a tile reads them. Where many columns are made of them, they are worth a copy that lies otherwise.
static bool has_colliding_lines(const product *job) { return line_of_a(job) % 256 == 0 && job->columns >= 64; }

static size_t moved_count(const product *job) {
  size_t rows = smaller(job->rows, block_rows), depth = smaller(job->depth, block_depth);
  return job->a_depth == 1 ? rows * padded_row(depth) : depth * padded_row(rows);
}

// Copies a block of a.
static void move_block(const product *job, const float *a, size_t rows, size_t depth, float *target) {
  bool by_rows = job->a_depth == 1;
  size_t lines = by_rows ? rows : depth, length = by_rows ? depth : rows;
  for (size_t i = 0; i < lines; i++) {
    memcpy(target + i * padded_row(length), a + i * line_of_a(job), length * sizeof(float));
  }
}

static void multiply_part(const void *context, size_t part, size_t parts) {
  const product_work *work = context;
  const product *job = work->job;
  const tile_set *tiles = work->tiles;
  float *panels = work->scratch + part * work->scratch_count, *moved = panels + panel_count;
  size_t width = panel_width(tiles);
  // Columns are shared where there are enough of them, for then every thread packs its own part of b.
  size_t panel_total = (job->columns + width - 1) / width;
  bool by_rows = panel_total < 4 * parts && job->rows >= tiles->rows * parts;
  size_t units = by_rows ? (job->rows + tiles->rows - 1) / tiles->rows : panel_total;
  size_t unit = by_rows ? tiles->rows : width;
  size_t first = tk_start(units, part, parts) * unit;
  size_t end = tk_start(units, part + 1, parts) * unit;
  size_t row = by_rows ? first : 0, row_end = by_rows ? smaller(end, job->rows) : job->rows;
  size_t column = by_rows ? 0 : first, column_end = by_rows ? job->columns : smaller(end, job->columns);
  if (column >= column_end) return;
  size_t whole = 0;
  right_side side = {job->b + column * job->b_column, job->b_depth, job->b_column, job->depth, &whole};
  for (size_t i = row; i < row_end; i += block_rows) {
    size_t rows = smaller(block_rows, row_end - i);
    for (size_t p = 0; p < job->depth; p += block_depth) {
      size_t depth = smaller(block_depth, job->depth - p);
      const float *a = job->a + i * job->a_row + p * job->a_depth;
      product_block block = {
          .tiles = tiles,
          .rows = rows,
          .columns = column_end - column,
          .first = p,
          .depth = depth,
          .lines = 1,
          .a = &a,
          .a_row = job->a_row,
          .a_depth = job->a_depth,
          .b = &side,
          .c = job->c + i * job->c_row + column,
          .c_row = job->c_row,
          .bias = job->bias == NULL ? NULL : job->bias + column,
          .accumulate = job->accumulate || p > 0,
      };
      if (work->moves_a) {
        move_block(job, a, rows, depth, moved);
        a = moved;
        if (job->a_depth == 1) {
          block.a_row = padded_row(depth);
        } else {
          block.a_depth = padded_row(rows);
        }
      }
      multiply_block(&block, panels);
    }
  }
}

bool multiply(const product *job) {
  size_t parts = tk_parts(job->rows * job->depth * job->columns / 8);
  product_work work = {
      .job = job,
      .tiles = tiles_of(tk_processor_level()),
      .moves_a = has_colliding_lines(job),
  };
  work.scratch_count = panel_count + (work.moves_a ? moved_count(job) : 0);
  size_t bytes = parts * work.scratch_count * sizeof(float);
  work.scratch = tk_allocate(bytes);
  if (work.scratch == NULL) return false;
  tk_parallel(parts, multiply_part, &work);
  tk_release(work.scratch, bytes);
  return true;
}
