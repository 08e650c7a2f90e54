#if defined(__x86_64__)

#include "product.h"

// 28 sums, two vectors of b and one of a fill the 32 registers.
#define TILE_ROWS 14
#define VECTOR 16
#define TILE_VECTORS 2
#define TARGET __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma")))
#define TILE_SET tiles_avx512

#include "tiles.inc"

#endif
