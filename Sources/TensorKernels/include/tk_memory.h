#ifndef TK_MEMORY_H
#define TK_MEMORY_H

#include <stdbool.h>
#include <stddef.h>

/// Whether the machine has so many bytes of memory at all.
bool tk_has_memory(size_t bytes);

/// Memory aligned to 64 bytes; null where the machine cannot give so many.
void *_Nullable tk_allocate(size_t bytes);

/// Gives back what `tk_allocate` gave for the same number of bytes. Some of it is kept for the next one who asks for as much.
void tk_release(void *_Nonnull memory, size_t bytes);

#endif
