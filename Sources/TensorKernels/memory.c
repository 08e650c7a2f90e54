#include "tk_memory.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "machine_memory.h"

// Every step of training asks for the same sizes again. New pages cost as much as the arithmetic on them, so that blocks
// given back are kept: at most `most_blocks`, and together at most an eighth of the machine's memory. The oldest go first.

enum {
  alignment = 64,
  huge_page = 1 << 21,
  // Smaller ones are better kept by the system's own allocator.
  smallest_kept = 1 << 16,
  most_blocks = 256,
  // After so many new bytes the system is asked again what it has left.
  stretch = 1 << 24,
};

typedef struct {
  void *memory;
  size_t bytes;
} kept_block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kept_block kept[most_blocks];
static size_t kept_count;
static size_t kept_bytes;
// Given out and not given back.
static atomic_size_t in_use;
static atomic_size_t taken_since_asked;

// MARK: - What the system can give

size_t tk_memory_limit(void) {
  static atomic_size_t known;
  size_t bytes = atomic_load_explicit(&known, memory_order_relaxed);
  if (bytes == 0) {
    bytes = machine_memory();
    atomic_store_explicit(&known, bytes, memory_order_relaxed);
  }
  return bytes;
}

bool tk_has_memory(size_t bytes) {
  size_t limit = tk_memory_limit(), used = atomic_load_explicit(&in_use, memory_order_relaxed);
  return bytes <= limit && used <= limit - bytes && (bytes < stretch || bytes <= free_memory());
}

// Counts bytes as given out, unless there are too few. A system that grants more than it has ends the process later:
// better to say so now.
static bool take_share(size_t bytes) {
  size_t limit = tk_memory_limit();
  if (bytes > limit) return false;
  if (atomic_fetch_add(&in_use, bytes) > limit - bytes) {
    atomic_fetch_sub(&in_use, bytes);
    return false;
  }
  return true;
}

// MARK: - Blocks that are kept

// Sizes that differ by less than an eighth share their blocks.
static size_t rounded(size_t bytes) {
  if (bytes < smallest_kept) return bytes;
  size_t step = smallest_kept / 8;
  while (bytes / step > 16) step *= 2;
  return (bytes + step - 1) / step * step;
}

static void remove_block(size_t index) {
  kept_bytes -= kept[index].bytes;
  kept_count--;
  for (size_t i = index; i < kept_count; i++) kept[i] = kept[i + 1];
}

static void *take_kept(size_t bytes) {
  void *memory = NULL;
  pthread_mutex_lock(&lock);
  for (size_t i = kept_count; i > 0 && memory == NULL; i--) {
    if (kept[i - 1].bytes != bytes) continue;
    memory = kept[i - 1].memory;
    remove_block(i - 1);
  }
  pthread_mutex_unlock(&lock);
  return memory;
}

static void free_kept(void) {
  pthread_mutex_lock(&lock);
  while (kept_count > 0) {
    free(kept[kept_count - 1].memory);
    remove_block(kept_count - 1);
  }
  pthread_mutex_unlock(&lock);
}

// MARK: - Blocks

static void *take_aligned(size_t bounds, size_t bytes) {
  void *memory = NULL;
  return posix_memalign(&memory, bounds, bytes) == 0 ? memory : NULL;
}

// Kernels walk over large blocks in long steps, and a step into a page that the processor has forgotten is slow: pages of
// 2 MiB, where Linux has them, are forgotten less often.
static void *take_pages(size_t bytes) {
  void *memory = take_aligned(huge_page, bytes);
#if defined(MADV_HUGEPAGE)
  if (memory != NULL) madvise(memory, bytes / huge_page * huge_page, MADV_HUGEPAGE);
#endif
  return memory;
}

// New memory of the system. What is kept goes back to it before anything is refused.
static void *take_new(size_t bytes) {
  if (atomic_fetch_add(&taken_since_asked, bytes) + bytes >= stretch) {
    atomic_store(&taken_since_asked, 0);
    if (bytes > free_memory()) {
      free_kept();
      if (bytes > free_memory()) return NULL;
    }
  }
  return bytes < huge_page ? take_aligned(alignment, bytes) : take_pages(bytes);
}

void *tk_allocate(size_t bytes) {
  if (bytes > tk_memory_limit()) return NULL;
  bytes = rounded(bytes);
  if (!take_share(bytes)) return NULL;
  void *memory = bytes < smallest_kept ? NULL : take_kept(bytes);
  if (memory == NULL) memory = take_new(bytes);
  if (memory == NULL) atomic_fetch_sub(&in_use, bytes);
  return memory;
}

void tk_release(void *memory, size_t bytes) {
  bytes = rounded(bytes);
  atomic_fetch_sub(&in_use, bytes);
  size_t limit = tk_memory_limit() / 8;
  if (bytes < smallest_kept || bytes > limit) {
    free(memory);
    return;
  }
  pthread_mutex_lock(&lock);
  while (kept_count == most_blocks || kept_bytes + bytes > limit) {
    free(kept[0].memory);
    remove_block(0);
  }
  kept[kept_count++] = (kept_block){memory, bytes};
  kept_bytes += bytes;
  pthread_mutex_unlock(&lock);
}
