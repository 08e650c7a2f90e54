#include "tk_peak.h"

#include "product.h"
#include "tk_threads.h"

// With the columns of the tile this leaves half of a first cache of 32 KiB to everything else.
enum { peak_depth = 96 };

typedef struct {
  const tile_set *tiles;
  size_t rounds;
} peak_work;

static void peak_part(const void *context, size_t part, size_t parts) {
  (void)part;
  (void)parts;
  const peak_work *work = context;
  const tile_set *tiles = work->tiles;
  size_t columns = tiles->vector * tiles->vectors;
  _Alignas(64) float a[most_tile_rows * peak_depth] = {0};
  _Alignas(64) float b[most_tile_columns * peak_depth] = {0};
  _Alignas(64) float c[most_tile_rows * most_tile_columns] = {0};
  for (size_t round = 0; round < work->rounds; round++) {
    tiles->by_rows[tiles->rows][tiles->vectors](peak_depth, a, peak_depth, 1, b, columns, c, columns, NULL, true);
  }
}

size_t tk_multiply_and_add(size_t count) {
  const tile_set *tiles = tiles_of(tk_processor_level());
  size_t parts = tk_threads();
  size_t round = tiles->rows * tiles->vector * tiles->vectors * peak_depth;
  peak_work work = {tiles, count / parts / round + 1};
  tk_parallel(parts, peak_part, &work);
  return parts * work.rounds * round;
}
