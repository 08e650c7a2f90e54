#include "machine_memory.h"

#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

// The number that a line of a file holds, read by `format`; the largest one where no line does.
static size_t number_in(const char *path, const char *format) {
  FILE *file = fopen(path, "re");
  if (file == NULL) return SIZE_MAX;
  char line[128];
  unsigned long long number = 0;
  int found = 0;
  while (found != 1 && fgets(line, sizeof line, file) != NULL) found = sscanf(line, format, &number);
  fclose(file);
  return found == 1 && number <= SIZE_MAX ? (size_t)number : SIZE_MAX;
}

static size_t smaller(size_t a, size_t b) { return a < b ? a : b; }

size_t machine_memory(void) {
  long pages = sysconf(_SC_PHYS_PAGES);
  long size = sysconf(_SC_PAGESIZE);
  size_t bytes = pages > 0 && size > 0 ? (size_t)pages * (size_t)size : SIZE_MAX;
  // The limits of a container, as it sees them itself: of the second and of the first version of control groups.
  bytes = smaller(bytes, number_in("/sys/fs/cgroup/memory.max", "%llu"));
  return smaller(bytes, number_in("/sys/fs/cgroup/memory/memory.limit_in_bytes", "%llu"));
}

size_t free_memory(void) {
  size_t kibibytes = number_in("/proc/meminfo", "MemAvailable: %llu");
  return kibibytes > SIZE_MAX / 1024 ? SIZE_MAX : kibibytes * 1024;
}
