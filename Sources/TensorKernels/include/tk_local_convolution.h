#ifndef TK_LOCAL_CONVOLUTION_H
#define TK_LOCAL_CONVOLUTION_H

#include "tk_convolution.h"

/// y = bias + a convolution whose weights are others at every cell of the output: [cells, kernel..., in_channels,
/// out_channels]. The bias is [cells, out_channels], or null. There is one group. False where memory is missing, as for the
/// other.
bool tk_local_forward(
    const tk_convolution *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull w, const float *_Nullable bias,
    float *_Nonnull y);

/// The derivatives by the weights and by x, which may be null.
bool tk_local_backward(
    const tk_convolution *_Nonnull shape, const float *_Nonnull x, const float *_Nonnull w, const float *_Nonnull dy,
    float *_Nonnull dw, float *_Nullable dx);

#endif
