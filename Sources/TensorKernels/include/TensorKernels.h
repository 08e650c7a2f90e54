// The inner loops of TensorEngine. Every function is pure but for what it is told to write, and every pointer to floats
// that it writes is apart from those that it reads unless it says otherwise.
#ifndef TENSOR_KERNELS_H
#define TENSOR_KERNELS_H

#include "tk_arithmetic.h"
#include "tk_memory.h"

#endif
