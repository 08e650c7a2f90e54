#ifndef TK_PROCESSOR_H
#define TK_PROCESSOR_H

/// The instructions that kernels are written for, each level with those below it.
typedef enum {
  tk_portable = 0,
  tk_avx2 = 1,
  tk_avx512 = 2,
} tk_level;

/// The highest level that the processor has and `tk_limit_level` allows.
tk_level tk_processor_level(void);

/// Lets kernels use no more than a level, to compare the levels with each other.
void tk_limit_level(tk_level level);

#endif
