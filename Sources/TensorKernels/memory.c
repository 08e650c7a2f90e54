#include "tk_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum { alignment = 64 };

// An allocation beyond the machine's memory is refused here: the system would grant it and end the process later.
static size_t physical_bytes(void) {
  long pages = sysconf(_SC_PHYS_PAGES);
  long size = sysconf(_SC_PAGESIZE);
  return pages > 0 && size > 0 ? (size_t)pages * (size_t)size : SIZE_MAX;
}

void *tk_allocate(size_t bytes) {
  if (bytes > (1u << 20) && bytes > physical_bytes()) return NULL;
  void *memory = NULL;
  return posix_memalign(&memory, alignment, bytes) == 0 ? memory : NULL;
}

void tk_release(void *memory, size_t bytes) {
  (void)bytes;
  free(memory);
}
