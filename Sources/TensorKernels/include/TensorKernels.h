// The inner loops of TensorEngine. Every pointer to floats that a function writes is apart from those that it reads,
// unless it says otherwise.
#ifndef TENSOR_KERNELS_H
#define TENSOR_KERNELS_H

#include "tk_activation.h"
#include "tk_arithmetic.h"
#include "tk_attention.h"
#include "tk_convolution.h"
#include "tk_dense.h"
#include "tk_lines.h"
#include "tk_local_convolution.h"
#include "tk_memory.h"
#include "tk_normalization.h"
#include "tk_peak.h"
#include "tk_pooling.h"
#include "tk_processor.h"
#include "tk_rearrange.h"
#include "tk_recurrent.h"
#include "tk_threads.h"
#include "tk_training.h"

#endif
