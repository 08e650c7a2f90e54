#ifndef TK_ARITHMETIC_H
#define TK_ARITHMETIC_H

#include <stddef.h>

/// target[i] += source[i]
void tk_add(float *_Nonnull target, const float *_Nonnull source, size_t count);

#endif
