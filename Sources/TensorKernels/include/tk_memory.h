#ifndef TK_MEMORY_H
#define TK_MEMORY_H

#include <stddef.h>

/// Memory aligned to 64 bytes; null where the machine cannot give so many.
void *_Nullable tk_allocate(size_t bytes);

/// Gives back what `tk_allocate` gave for the same number of bytes.
void tk_release(void *_Nonnull memory, size_t bytes);

#endif
