// What memory the machine has.
#ifndef TK_MACHINE_MEMORY_H
#define TK_MACHINE_MEMORY_H

#include <stddef.h>

/// How many bytes this process may ever have: the machine's memory, or less where a container allows less. The largest
/// number where the system does not tell.
size_t machine_memory(void);

/// How many bytes the system could give now without taking them from other programs. The largest number where it does not
/// tell.
size_t free_memory(void);

#endif
