#include "tk_processor.h"

#include <stdatomic.h>

static atomic_int known = -1;
static atomic_int limit = tk_avx512;

static tk_level find_level(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw")
      && __builtin_cpu_supports("avx512dq")) {
    return tk_avx512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return tk_avx2;
#endif
  return tk_portable;
}

tk_level tk_processor_level(void) {
  int level = atomic_load_explicit(&known, memory_order_relaxed);
  if (level < 0) {
    level = (int)find_level();
    atomic_store_explicit(&known, level, memory_order_relaxed);
  }
  int most = atomic_load_explicit(&limit, memory_order_relaxed);
  return (tk_level)(level < most ? level : most);
}

void tk_limit_level(tk_level level) { atomic_store(&limit, (int)level); }
