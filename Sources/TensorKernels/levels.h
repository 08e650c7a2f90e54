// Plain loops, compiled once for each level of instructions.
#ifndef TK_LEVELS_H
#define TK_LEVELS_H

#include "tk_processor.h"

/// What a loop is written as, so that it is compiled again inside each function of `TK_LEVELS`.
#define TK_LOOP static inline __attribute__((always_inline)) void

// `TK_LEVELS(add, (float *a, size_t n), (a, n))` makes a function `add` of `add_loop` that runs it in the best way the
// processor has.
#if defined(__x86_64__)
#define TK_LEVELS(NAME, PARAMETERS, ARGUMENTS)                                                              \
  __attribute__((target("avx512f,avx512vl,avx512bw,avx512dq,avx2,fma"))) static void NAME##_avx512 PARAMETERS { \
    NAME##_loop ARGUMENTS;                                                                                  \
  }                                                                                                         \
  __attribute__((target("avx2,fma"))) static void NAME##_avx2 PARAMETERS { NAME##_loop ARGUMENTS; }         \
  static void NAME PARAMETERS {                                                                             \
    switch (tk_processor_level()) {                                                                         \
      case tk_avx512: NAME##_avx512 ARGUMENTS; break;                                                       \
      case tk_avx2: NAME##_avx2 ARGUMENTS; break;                                                           \
      case tk_portable: NAME##_loop ARGUMENTS; break;                                                       \
    }                                                                                                       \
  }
#else
#define TK_LEVELS(NAME, PARAMETERS, ARGUMENTS) \
  static void NAME PARAMETERS { NAME##_loop ARGUMENTS; }
#endif

#endif
