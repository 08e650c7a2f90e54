#if defined(__x86_64__)

#include "product.h"

// Twelve sums, two vectors of b and one of a of the 16 registers.
#define TILE_ROWS 6
#define VECTOR 8
#define TILE_VECTORS 2
#define TARGET __attribute__((target("avx2,fma")))
#define TILE_SET tiles_avx2

#include "tiles.inc"

#endif
