#ifndef TK_MEMORY_H
#define TK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/// How many bytes `tk_allocate` gives at most, all blocks together: the memory of the machine or of the container.
size_t tk_memory_limit(void);

/// Whether so many bytes are left.
bool tk_has_memory(size_t bytes);

/// Memory aligned to 64 bytes; null where so many are not left.
void *_Nullable tk_allocate(size_t bytes);

/// Gives back what `tk_allocate` gave for the same number of bytes. Some of it is kept for the next one who asks for as much.
void tk_release(void *_Nonnull memory, size_t bytes);

#endif
