#include "product.h"

// Eight sums fit the 16 registers of SSE2, and the 32 of NEON.
#define TILE_ROWS 4
#define VECTOR 4
#define TILE_VECTORS 2
#define TARGET
#define TILE_SET tiles_portable

#include "tiles.inc"
