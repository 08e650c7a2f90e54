#include "tk_memory.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

// Every step of training asks for the same sizes again. New pages cost as much as the arithmetic on them, so that blocks
// given back are kept: at most `most_blocks`, and together at most an eighth of the machine's memory. The oldest go first.

enum {
  alignment = 64,
  // Smaller ones are better kept by the system's own allocator.
  smallest_kept = 1 << 16,
  most_blocks = 256,
};

typedef struct {
  void *memory;
  size_t bytes;
} kept_block;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static kept_block kept[most_blocks];
static size_t kept_count;
static size_t kept_bytes;

static size_t physical_bytes(void) {
  static size_t known;
  size_t bytes = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (bytes != 0) return bytes;
  long pages = sysconf(_SC_PHYS_PAGES);
  long size = sysconf(_SC_PAGESIZE);
  bytes = pages > 0 && size > 0 ? (size_t)pages * (size_t)size : SIZE_MAX;
  __atomic_store_n(&known, bytes, __ATOMIC_RELAXED);
  return bytes;
}

// A system that grants more than it has ends the process later: better to say so now.
bool tk_has_memory(size_t bytes) { return bytes <= physical_bytes(); }

// Sizes that differ by less than an eighth share their blocks.
static size_t rounded(size_t bytes) {
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

void *tk_allocate(size_t bytes) {
  if (!tk_has_memory(bytes)) return NULL;
  void *memory = NULL;
  if (bytes >= smallest_kept) {
    bytes = rounded(bytes);
    memory = take_kept(bytes);
    if (memory != NULL) return memory;
  }
  return posix_memalign(&memory, alignment, bytes) == 0 ? memory : NULL;
}

void tk_release(void *memory, size_t bytes) {
  if (bytes < smallest_kept) {
    free(memory);
    return;
  }
  bytes = rounded(bytes);
  size_t limit = physical_bytes() / 8;
  if (bytes > limit) {
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
