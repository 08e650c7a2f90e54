"""Makes `numerics/`: single operations with values and gradients, and small networks with three steps of training.

    python make_numerics.py --out <folder> [ops] [nets] [keras]

Without a choice it makes what the installed frameworks allow. Everything is seeded; nothing is downloaded.
"""

import argparse
import pathlib

import torch
import torch.nn.functional as F

from fixtures import Draw, torch_case

torch.set_num_threads(1)

AXES = {"NCHW": {"channels": 1, "height": 2, "width": 3, "cells": (2, 3)}, "NCL": {"channels": 1, "length": 2, "cells": 2},
        "NCDHW": {"channels": 1, "depth": 2, "height": 3, "width": 4, "cells": (2, 3, 4)}}


def by_position(compute):
    """A function that is given its tensors by name, from one that takes them in their order."""
    return lambda **tensors: compute(*tensors.values())


def dims(layout, over):
    """The axes of a tensor that words name."""
    found = []
    for word in over:
        axes = AXES[layout][word]
        found += list(axes) if isinstance(axes, tuple) else [axes]
    return tuple(sorted(found))


def along(axes, compute, x):
    """A function of one axis, such as softmax, over several axes as if they were one."""
    order = [axis for axis in range(x.dim()) if axis not in axes] + list(axes)
    moved = x.permute(order)
    extents = moved.shape[-len(axes):]
    y = compute(moved.flatten(-len(axes)), -1).unflatten(-1, extents)
    return y.permute([order.index(axis) for axis in range(x.dim())])


def arithmetic(case):
    """Joins of two and three tensors, with numbers among the operands, and broadcast operands."""
    map_shape = (2, 3, 4, 3)

    def join(name, op, function, a, b, c=None, **more):
        tensors = {"a": a, "b": b} | ({} if c is None else {"c": c})
        case(name, op, "NCHW", {}, tensors, by_position(function), **more)

    d = Draw("div")
    join("div", "div", lambda a, b: a / b, d.normal(*map_shape), d.away_from_zero(*map_shape))
    d = Draw("div_three")
    join("div_three", "div", lambda a, b, c: a / b / c, d.normal(*map_shape), d.away_from_zero(*map_shape),
         d.away_from_zero(*map_shape), note="a left fold: (a / b) / c")
    d = Draw("sub")
    join("sub", "sub", lambda a, b: a - b, d.normal(*map_shape), d.normal(*map_shape))
    d = Draw("sub_three")
    join("sub_three", "sub", lambda a, b, c: a - b - c, *(d.normal(*map_shape) for _ in range(3)),
         note="a left fold: (a - b) - c")
    d = Draw("minimum")
    join("minimum", "minimum", torch.minimum, *(d.normal(*map_shape) for _ in range(2)),
         note="no two operands are equal anywhere")
    d = Draw("minimum_three")
    join("minimum_three", "minimum", lambda a, b, c: torch.minimum(torch.minimum(a, b), c),
         *(d.normal(*map_shape) for _ in range(3)))
    d = Draw("maximum")
    join("maximum", "maximum", torch.maximum, *(d.normal(*map_shape) for _ in range(2)),
         note="no two operands are equal anywhere")
    d = Draw("pow")
    join("pow", "pow", torch.pow, d.uniform(0.3, 2.5, *map_shape), d.normal(*map_shape),
         note="a is positive; da = b a^(b-1), db = a^b ln a")
    d = Draw("pow_three")
    join("pow_three", "pow", lambda a, b, c: (a ** b) ** c, d.uniform(0.5, 2.0, *map_shape), d.normal(*map_shape),
         d.normal(*map_shape), note="a left fold: (a ^ b) ^ c")
    d = Draw("pow_zero_base")
    join("pow_zero_base", "pow", torch.pow, d.whole(0, 2, *map_shape) * d.uniform(0.5, 2.0, *map_shape),
         d.uniform(1.5, 3.0, *map_shape), note="where a is 0 the derivative by b is 0")

    def with_numbers(name, op, function, x, constants):
        listed = [{"position": position, "value": value} for position, value in constants]
        case(name, op, "NCHW", {"constants": listed}, {"x": x}, function)

    d = Draw("numbers")
    with_numbers("add_number", "add", lambda x: x + 1, d.normal(*map_shape), [(1, 1)])
    with_numbers("sub_number", "sub", lambda x: x - 0.5, d.normal(*map_shape), [(1, 0.5)])
    with_numbers("number_sub", "sub", lambda x: 1 - x, d.normal(*map_shape), [(0, 1)])
    with_numbers("mul_number", "mul", lambda x: x * 0.2, d.normal(*map_shape), [(1, 0.2)])
    with_numbers("div_number", "div", lambda x: x / 127.5, d.normal(*map_shape, scale=100.0), [(1, 127.5)])
    with_numbers("number_div", "div", lambda x: 2 / x, d.away_from_zero(*map_shape), [(0, 2)])
    with_numbers("maximum_number", "maximum", lambda x: torch.clamp(x, min=0.25), d.normal(*map_shape), [(1, 0.25)])
    with_numbers("minimum_number", "minimum", lambda x: torch.clamp(x, max=0.25), d.normal(*map_shape), [(1, 0.25)])
    with_numbers("average_number", "average", lambda x: (x + 0.5) / 2, d.normal(*map_shape), [(1, 0.5)])
    with_numbers("pow_cube", "pow", lambda x: x ** 3, d.normal(*map_shape), [(1, 3)])
    with_numbers("pow_fraction", "pow", lambda x: x ** 2.5, d.uniform(0.2, 2.0, *map_shape), [(1, 2.5)])
    with_numbers("pow_negative", "pow", lambda x: x ** -2, d.away_from_zero(*map_shape), [(1, -2)])
    with_numbers("number_pow", "pow", lambda x: 2 ** x, d.normal(*map_shape), [(0, 2)])
    a, b = d.normal(*map_shape), d.normal(*map_shape)
    case("add_number_between", "add", "NCHW", {"constants": [{"position": 1, "value": 0.75}]}, {"a": a, "b": b},
         lambda a, b: a + 0.75 + b)
    case("sub_two_numbers", "sub", "NCHW",
         {"constants": [{"position": 0, "value": 1}, {"position": 2, "value": 0.25}]}, {"x": a}, lambda x: 1 - x - 0.25)

    d = Draw("broadcast")
    spread = lambda vector: vector[:, :, None, None]
    note = "a vector meets a map as 1x1xC"
    full, vector = d.normal(2, 3, 4, 3), d.away_from_zero(2, 3)
    join("mul_map_vector", "mul", lambda a, b: a * spread(b), full, vector, note=note)
    join("add_map_vector", "add", lambda a, b: a + spread(b), full, vector, note=note)
    join("div_map_vector", "div", lambda a, b: a / spread(b), full, vector, note=note)
    join("sub_vector_map", "sub", lambda a, b: spread(a) - b, vector, full, note=note)
    case("mul_sequence_vector", "mul", "NCL", {}, {"a": d.normal(2, 3, 5), "b": d.normal(2, 3)},
         lambda a, b: a * b[:, :, None], note="a vector meets a sequence as 1xC")
    case("mul_volume_vector", "mul", "NCDHW", {}, {"a": d.normal(1, 2, 2, 3, 2), "b": d.normal(1, 2)},
         lambda a, b: a * b[:, :, None, None, None], note="a vector meets a volume as 1x1x1xC")
    join("add_broadcast_both", "add", lambda a, b: a + b, d.normal(2, 3, 1, 4), d.normal(2, 1, 5, 4),
         note="each operand is broadcast along another axis")
    join("div_broadcast_channels", "div", lambda a, b: a / b, d.normal(2, 3, 2, 4), d.away_from_zero(2, 1, 2, 4))
    join("pow_broadcast_cells", "pow", torch.pow, d.uniform(0.5, 2, 2, 3, 2, 4), d.normal(2, 3, 1, 1))
    join("minimum_broadcast", "minimum", torch.minimum, d.normal(2, 3, 2, 4), d.normal(2, 1, 1, 4))


def functions(case):
    """Functions of one number."""
    shape = (2, 3, 4, 3)

    def function(name, op, attrs, x, compute, note=None):
        case(name, op, "NCHW", attrs, {"x": x}, by_position(compute), note=note)

    d = Draw("functions")
    function("exp", "exp", {}, d.normal(*shape), torch.exp)
    function("log", "log", {}, d.uniform(0.1, 3.0, *shape), torch.log)
    function("sqrt", "sqrt", {}, d.uniform(0.1, 3.0, *shape), torch.sqrt)
    function("abs", "abs", {}, d.normal(*shape), torch.abs)
    function("square", "square", {}, d.normal(*shape), torch.square)
    function("reciprocal", "reciprocal", {}, d.away_from_zero(*shape), torch.reciprocal)
    function("clip", "clip", {"low": -0.5, "high": 1.25}, d.normal(*shape), lambda x: torch.clamp(x, -0.5, 1.25))
    function("softsign", "softsign", {}, d.normal(*shape, scale=2.0), F.softsign)
    function("hardtanh", "hardtanh", {"low": -1.0, "high": 1.0}, d.normal(*shape, scale=1.5), F.hardtanh)
    function("hardtanh_bounds", "hardtanh", {"low": -0.5, "high": 2.0}, d.normal(*shape, scale=1.5),
             lambda x: F.hardtanh(x, -0.5, 2.0))
    function("softshrink", "softshrink", {"threshold": 0.5}, d.normal(*shape), F.softshrink)
    function("softshrink_threshold", "softshrink", {"threshold": 0.1}, d.normal(*shape, scale=0.3),
             lambda x: F.softshrink(x, 0.1))
    fixed = torch.tensor([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 2.0, -0.0]).reshape(1, 2, 2, 2)
    choice = "fixes the derivative that PyTorch chooses at the bends"
    function("abs_at_zero", "abs", {}, fixed, torch.abs, f"{choice}: 0 at 0")
    function("clip_at_bounds", "clip", {"low": -1.0, "high": 1.0}, fixed, lambda x: torch.clamp(x, -1, 1),
             f"{choice}: 1 at a bound")
    function("hardtanh_at_bounds", "hardtanh", {"low": -1.0, "high": 1.0}, fixed, F.hardtanh,
             f"{choice}: 0 at a bound, unlike clip")
    function("softshrink_at_threshold", "softshrink", {"threshold": 0.5}, fixed, F.softshrink,
             f"{choice}: y is 0 there")
    d = Draw("glu")
    case("glu", "glu", "NCHW", {"axis": 1}, {"x": d.normal(2, 6, 3, 2)}, lambda x: F.glu(x, 1),
         note="the first half of the channels times the sigmoid of the second half")
    case("glu_sequence", "glu", "NCL", {"axis": 1}, {"x": d.normal(2, 4, 5)}, lambda x: F.glu(x, 1))
    case("glu_vector", "glu", "NF", {"axis": 1}, {"x": d.normal(3, 8)}, lambda x: F.glu(x, 1))


REDUCTIONS = {
    "mean": lambda x, axes: x.mean(axes, keepdim=True),
    "max": lambda x, axes: torch.amax(x, axes, keepdim=True),
    "min": lambda x, axes: torch.amin(x, axes, keepdim=True),
    "sum": lambda x, axes: x.sum(axes, keepdim=True),
    "norm": lambda x, axes: torch.linalg.vector_norm(x, dim=axes, keepdim=True),
}


def reductions(case):
    """Reductions that keep their axes with extent 1, and what is normalised over axes."""

    def reduce(name, kind, layout, over, x, note=None):
        axes = dims(layout, over)
        attrs = {"kind": kind, "over": over, "axes": list(axes), "keepdims": True}
        case(name, "reduce", layout, attrs, {"x": x}, lambda x: REDUCTIONS[kind](x, axes), note=note)

    for kind in REDUCTIONS:
        for words in (["channels"], ["cells"], ["height"], ["width"], ["height", "channels"]):
            name = f"{kind}_over_{'_'.join(words)}"
            reduce(name, kind, "NCHW", words, Draw(name).normal(2, 3, 4, 3))
        name = f"{kind}_over_length"
        reduce(name, kind, "NCL", ["length"], Draw(name).normal(2, 3, 5))
        name = f"{kind}_over_depth"
        reduce(name, kind, "NCDHW", ["depth"], Draw(name).normal(1, 2, 3, 2, 2))
        name = f"{kind}_over_everything"
        reduce(name, kind, "NCHW", ["channels", "cells"], Draw(name).normal(2, 3, 2, 2))
    ties = torch.tensor([1.0, 3, 3, 2, 3, 0, 5, 5, 1, 4, 4, 4]).reshape(1, 2, 2, 3)
    split = "the gradient is split equally among equal extremes, as torch.amax does"
    reduce("max_over_cells_ties", "max", "NCHW", ["cells"], ties, split)
    reduce("min_over_cells_ties", "min", "NCHW", ["cells"], -ties, split)
    zeros = Draw("norm_zeros").normal(1, 2, 2, 3)
    zeros[0, 1] = 0
    reduce("norm_over_cells_zeros", "norm", "NCHW", ["cells"], zeros, "the gradient of a norm of zero is 0")

    for words in (["cells"], ["height"], ["width"], ["channels", "width"]):
        suffix = "_".join(words)
        axes = dims("NCHW", words)

        attrs = {"over": words, "axes": list(axes)}
        for op, compute in (("softmax", F.softmax), ("log_softmax", F.log_softmax)):
            name = f"{op}_over_{suffix}"
            case(name, op, "NCHW", attrs, {"x": Draw(name).normal(2, 3, 2, 4, scale=2.0)},
                 lambda x: along(axes, compute, x), direction=True)

    for words in (["channels"], ["cells"], ["height"]):
        name = f"unit_norm_over_{'_'.join(words)}"
        axes = dims("NCHW", words)
        case(name, "unit_norm", "NCHW", {"over": words, "axes": list(axes), "eps": 1e-12},
             {"x": Draw(name).normal(2, 3, 2, 4)}, lambda x: F.normalize(x, dim=axes, eps=1e-12), direction=True,
             note="x / max(norm, eps)")
    small = Draw("unit_norm_small").normal(1, 3, 2, 2)
    small[0, :, 0, 0] *= 0.01
    case("unit_norm_large_eps", "unit_norm", "NCHW", {"over": ["channels"], "axes": [1], "eps": 0.5}, {"x": small},
         lambda x: F.normalize(x, dim=1, eps=0.5), direction=True, note="one norm is below eps: there y = x / eps")
    case("unit_norm_vector", "unit_norm", "NF", {"over": ["channels"], "axes": [1], "eps": 1e-12},
         {"x": Draw("unit_norm_vector").normal(3, 5)}, lambda x: F.normalize(x, dim=1), direction=True)


def places(case):
    """Concatenation and slices along any axis, and tensors that come from nothing."""
    d = Draw("places")
    for word, axis, b in (("height", 2, (2, 3, 4, 3)), ("width", 3, (2, 3, 2, 1))):
        case(f"concat_{word}", "concat", "NCHW", {"axis": axis, "over": word},
             {"a": d.normal(2, 3, 2, 3), "b": d.normal(*b)}, lambda a, b: torch.cat([a, b], axis))
    case("concat_length", "concat", "NCL", {"axis": 2, "over": "length"},
         {"a": d.normal(2, 3, 2), "b": d.normal(2, 3, 4), "c": d.normal(2, 3, 1)},
         lambda a, b, c: torch.cat([a, b, c], 2))
    case("concat_depth", "concat", "NCDHW", {"axis": 2, "over": "depth"},
         {"a": d.normal(1, 2, 1, 2, 3), "b": d.normal(1, 2, 2, 2, 3)}, lambda a, b: torch.cat([a, b], 2))
    for word, layout, axis, x, start, count in (
        ("height", "NCHW", 2, d.normal(2, 3, 5, 2), 1, 3), ("width", "NCHW", 3, d.normal(2, 3, 2, 5), 0, 2),
        ("channels", "NCHW", 1, d.normal(2, 5, 2, 3), 2, 2), ("length", "NCL", 2, d.normal(2, 3, 6), 4, 2),
        ("depth", "NCDHW", 2, d.normal(1, 2, 4, 2, 2), 1, 2)):
        case(f"slice_{word}", "slice", layout, {"axis": axis, "over": word, "start": start, "count": count}, {"x": x},
             lambda x: x.narrow(axis, start, count))

    note = "learned is one for all examples; its gradient is the sum over the batch"
    for name, shape in (("learned_add", (1, 3, 4, 3)), ("learned_add_channels", (1, 3, 1, 1)),
                        ("learned_add_row", (1, 3, 1, 3))):
        case(name, "learned_add", "NCHW", {"shape": list(shape)},
             {"x": d.normal(2, 3, 4, 3), "learned": d.normal(*shape)}, lambda x, learned: x + learned, note=note)
    case("learned_add_sequence", "learned_add", "NCL", {"shape": [1, 3, 5]},
         {"x": d.normal(2, 3, 5), "learned": d.normal(1, 3, 5)}, lambda x, learned: x + learned, note=note)

    def coordinates(x):
        lines = [torch.linspace(-1, 1, count, dtype=x.dtype) for count in x.shape[2:]]
        grid = torch.stack(torch.meshgrid(*lines, indexing="ij"))
        return grid.expand(x.shape[0], *grid.shape)

    for name, layout, shape in (("coordinates", "NCHW", (2, 3, 4, 5)), ("coordinates_one_row", "NCHW", (1, 2, 1, 4)),
                                ("coordinates_length", "NCL", (2, 3, 6)),
                                ("coordinates_volume", "NCDHW", (1, 1, 2, 3, 4))):
        case(name, "coordinates", layout, {}, {"x": d.normal(*shape)}, coordinates, constant=("x",),
             note="only the extents of x count; one channel an axis, in the order of the axes; an extent of 1 gives -1")


def attend(q, k, v, heads, scaled):
    """Attention of every cell of q over every cell of k; heads are groups of neighbouring channels."""

    def split(x):
        return x.flatten(2).unflatten(1, (heads, -1)).transpose(2, 3)

    y = F.scaled_dot_product_attention(split(q), split(k), split(v), scale=None if scaled else 1.0)
    return y.transpose(2, 3).flatten(1, 2).unflatten(2, q.shape[2:])


def attention(case):
    def attention_case(name, heads, scaled, q, k, v, layout="NCHW", note=None):
        case(name, "attention", layout, {"heads": heads, "scale": scaled}, {"q": q, "k": k, "v": v},
             lambda q, k, v: attend(q, k, v, heads, scaled), note=note)

    d = Draw("attention")
    for heads in (1, 2):
        for scaled in (True, False):
            attention_case(f"attention_{heads}_head{'s' if heads > 1 else ''}{'' if scaled else '_unscaled'}", heads,
                           scaled, *(d.normal(2, 4, 2, 3) for _ in range(3)))
    attention_case("attention_other_cells", 2, True, d.normal(2, 4, 2, 2), d.normal(2, 4, 3, 2), d.normal(2, 6, 3, 2),
                   note="k and v have other cells than q, and v has other channels")
    attention_case("attention_sequence", 2, True, d.normal(2, 4, 5), d.normal(2, 4, 3), d.normal(2, 2, 3), "NCL")
    attention_case("attention_map_sequence", 1, True, d.normal(1, 4, 2, 3), d.normal(1, 4, 1, 1), d.normal(1, 2, 1, 1),
                   note="one cell in k: y is v everywhere")

    # nn.MultiheadAttention with identities for its projections groups the channels in the same way.
    q, k, v = (d.normal(2, 4, 2, 3) for _ in range(3))
    module = torch.nn.MultiheadAttention(4, 2, bias=False, batch_first=True)
    with torch.no_grad():
        module.in_proj_weight.copy_(torch.eye(4).repeat(3, 1))
        module.out_proj.weight.copy_(torch.eye(4))
    rows = [x.flatten(2).transpose(1, 2) for x in (q, k, v)]
    other = module(*rows, need_weights=False)[0].transpose(1, 2).unflatten(2, (2, 3))
    assert torch.allclose(other, attend(q, k, v, 2, True), atol=1e-6)


def local_convolution(x, weight, bias=None, *, kernel, stride, pad, dilation):
    """Channels last. weight is (cells of the output, kernel rows x columns x channels, filters)."""
    top, bottom, left, right = pad
    padded = F.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom))
    rows, columns = ((padded.shape[2 + i] - dilation[i] * (kernel[i] - 1) - 1) // stride[i] + 1 for i in (0, 1))
    patches = F.unfold(padded, kernel, dilation=dilation, stride=stride)
    patches = patches.unflatten(1, (x.shape[3], -1)).permute(0, 3, 2, 1).flatten(2)
    y = torch.einsum("nlp,lpf->nlf", patches, weight).unflatten(1, (rows, columns))
    return y if bias is None else y + bias


def windows(case):
    """Locally connected convolution and max unpooling."""
    for name, bias, kernel, stride, pad, dilation in (
        ("local_conv", True, (3, 3), (1, 1), (0, 0, 0, 0), (1, 1)),
        ("local_conv_stride_pad", True, (3, 2), (2, 1), (1, 1, 1, 0), (1, 1)),
        ("local_conv_dilation_nobias", False, (2, 2), (1, 2), (0, 1, 1, 1), (2, 2))):
        d = Draw(name)
        x = d.normal(2, 5, 6, 3)
        rows, columns = ((x.shape[1 + i] + sum(pad[2 * i:2 * i + 2]) - dilation[i] * (kernel[i] - 1) - 1) // stride[i] + 1
                         for i in (0, 1))
        tensors = {"x": x, "weight": d.normal(rows * columns, kernel[0] * kernel[1] * 3, 2, scale=0.3)}
        if bias:
            tensors["bias"] = d.normal(rows, columns, 2)
        attrs = {"kernel": list(kernel), "stride": list(stride), "pad": list(pad), "dilation": list(dilation),
                 "in_channels": 3, "out_channels": 2, "bias": bias}
        case(name, "local_conv2d", "NHWC", attrs, tensors,
             lambda **given: local_convolution(**given, kernel=kernel, stride=stride, pad=pad, dilation=dilation),
             note="weight is (out cells in row-major order, kernel row x kernel column x channel, filters) and bias "
                  "(out rows, out columns, filters), as LocallyConnected2D of Keras 2 has them")

    def unpool(name, t, kernel, stride, pad, ceil=False, note=None):
        """t is what was pooled; x is put back where the maxima of t were."""
        run = dict(kernel_size=kernel, stride=stride, padding=pad, ceil_mode=ceil)
        pooled, places = F.max_pool2d(t, **run, return_indices=True)
        x = Draw(name + ".x").normal(*pooled.shape)
        attrs = {"kernel": [kernel] * 2, "stride": [stride] * 2, "pad": [pad] * 4, "ceil_mode": ceil}
        size = t.shape[2:]
        flat = lambda x: (torch.zeros(*t.shape[:2], size.numel(), dtype=x.dtype)
                          .scatter(2, places.flatten(2), x.flatten(2)).unflatten(2, size))
        standard = lambda t, x: F.max_unpool2d(x, places, kernel, stride, pad, output_size=size)
        # A pool in ceil mode may have more windows than the extents that PyTorch's unpooling admits.
        case(name, "max_unpool2d", "NCHW", attrs, {"t": t, "x": x},
             (lambda t, x: flat(x)) if ceil else standard, constant=("t",), note=note)

    d = Draw("unpool")
    unpool("max_unpool_2s2", d.normal(2, 2, 4, 6), 2, 2, 0)
    unpool("max_unpool_2s2_odd", d.normal(1, 2, 5, 7), 2, 2, 0, note="the last row and column are in no window")
    unpool("max_unpool_2s2_ceil", d.normal(1, 2, 5, 7), 2, 2, 0, ceil=True)
    unpool("max_unpool_3s2_overlapping", d.normal(2, 2, 7, 7), 3, 2, 0,
           note="where two windows share a maximum the later one's value stays; dx is PyTorch's, which gives both "
                "windows the gradient of that cell")
    unpool("max_unpool_3s2p1", d.normal(1, 2, 7, 7), 3, 2, 1,
           note="where two windows share a maximum the later one's value stays; dx is PyTorch's, which gives both "
                "windows the gradient of that cell")
    unpool("max_unpool_ties", d.whole(0, 3, 1, 2, 4, 6), 2, 2, 0,
           note="the first of equal maxima in row-major order is the place")


def recurrence(case):
    """LSTM and GRU on sequences (batch, length, channels), with PyTorch's names and order of gates."""
    length, inputs, units = 5, 3, 4

    def recurrent(name, kind, both=False, biases=2, last=False, note=None):
        d = Draw(name)
        build = torch.nn.LSTM if kind == "lstm" else torch.nn.GRU
        module = build(inputs, units, batch_first=True, bidirectional=both, bias=True)
        tensors = {"x": d.normal(2, length, inputs)}
        left_out = ("bias_hh",) if biases == 1 else ("bias_ih", "bias_hh") if biases == 0 else ()
        absent = {}
        for key, value in module.named_parameters():
            if key.startswith(left_out):
                absent[key] = torch.zeros_like(value)
            else:
                tensors[key] = d.normal(*value.shape, scale=0.5)

        def run(x, **weights):
            everything = weights | {key: value.detach().to(x.dtype) for key, value in absent.items()}
            y = torch.func.functional_call(module, everything, (x,))[0]
            if last and both:
                return torch.cat([y[:, -1, :units], y[:, 0, units:]], 1)
            return y[:, -1] if last else y

        attrs = {"in_features": inputs, "units": units, "both": both, "biases": biases, "last": last,
                 "gates": "i f g o" if kind == "lstm" else "r z n", "steps": length}
        case(name, kind, "N..C", attrs, tensors, run, note=note)

    recurrent("lstm", "lstm")
    recurrent("lstm_both", "lstm", both=True, note="forward and backward side by side in the channels")
    recurrent("lstm_one_bias", "lstm", biases=1, note="bias_hh is left out")
    recurrent("lstm_no_bias", "lstm", biases=0)
    recurrent("lstm_last", "lstm", last=True, note="y is the last step")
    recurrent("lstm_both_last", "lstm", both=True, last=True,
              note="y is the last step of the forward direction and step 0 of the backward one")
    recurrent("gru", "gru", note="the reset gate is applied after the matrix: n = tanh(Wx + b + r (Uh + c))")
    recurrent("gru_both", "gru", both=True)
    recurrent("gru_one_bias", "gru", biases=1, note="bias_hh is left out, that of the new gate too")
    recurrent("gru_no_bias", "gru", biases=0)
    recurrent("gru_last", "gru", last=True)
    recurrent("gru_both_last", "gru", both=True, last=True,
              note="y is the last step of the forward direction and step 0 of the backward one")


def response_normalization(x, weight, bias, eps=1e-6):
    """Global response normalisation of ConvNeXt V2 (Woo et al. 2023), channels last."""
    norm = torch.linalg.vector_norm(x, dim=(1, 2), keepdim=True)
    ratio = norm / (norm.mean(-1, keepdim=True) + eps)
    return x + bias + weight * (x * ratio)


def composites(case):
    d = Draw("grn")
    case("grn", "grn", "NHWC", {"eps": 1e-6},
         {"x": d.normal(2, 3, 4, 5), "weight": d.normal(5, scale=0.5), "bias": d.normal(5, scale=0.5)},
         response_normalization, note="n = norm over the cells; y = x + bias + weight * x * n / (mean of n + eps)")
    d = Draw("convnextv2_block")
    channels, hidden = 4, 8
    tensors = {
        "x": d.normal(2, channels, 5, 4),
        "conv_dw.weight": d.normal(channels, 1, 3, 3, scale=0.4), "conv_dw.bias": d.normal(channels, scale=0.3),
        "norm.weight": d.uniform(0.5, 1.5, channels), "norm.bias": d.normal(channels, scale=0.3),
        "mlp.fc1.weight": d.normal(hidden, channels, scale=0.5), "mlp.fc1.bias": d.normal(hidden, scale=0.3),
        "mlp.grn.weight": d.normal(hidden, scale=0.5), "mlp.grn.bias": d.normal(hidden, scale=0.5),
        "mlp.fc2.weight": d.normal(channels, hidden, scale=0.4), "mlp.fc2.bias": d.normal(channels, scale=0.3),
    }

    def block(x, **w):
        y = F.conv2d(x, w["conv_dw.weight"], w["conv_dw.bias"], padding=1, groups=channels).permute(0, 2, 3, 1)
        y = F.layer_norm(y, (channels,), w["norm.weight"], w["norm.bias"], 1e-6)
        y = F.gelu(F.linear(y, w["mlp.fc1.weight"], w["mlp.fc1.bias"]))
        y = response_normalization(y, w["mlp.grn.weight"], w["mlp.grn.bias"])
        return x + F.linear(y, w["mlp.fc2.weight"], w["mlp.fc2.bias"]).permute(0, 3, 1, 2)

    case("convnextv2_block", "convnextv2_block", "NCHW",
         {"channels": channels, "hidden": hidden, "kernel": [3, 3], "pad": [1, 1, 1, 1], "eps": 1e-6}, tensors, block,
         note="depthwise conv, layer norm over channels, linear, exact gelu, grn, linear, and x added; names as in "
              "timm's block, weights in PyTorch's layouts (linear weights are (out, in))")


def losses(case):
    d = Draw("bce")
    labels = [1, 0, 1, 1, 0, 0]
    target = torch.tensor(labels, dtype=torch.float64).reshape(6, 1)
    case("bce_probabilities", "bce", "NF", {"reduction": "mean", "labels": labels, "from": "probabilities"},
         {"x": d.uniform(0.05, 0.95, 6, 1)}, lambda x: F.binary_cross_entropy(x, target.to(x.dtype)).reshape(1),
         loss_is_output=True, note="dx is the gradient of y itself")
    case("bce_logits", "bce", "NF", {"reduction": "mean", "labels": labels, "from": "logits"},
         {"x": d.normal(6, 1, scale=3.0)},
         lambda x: F.binary_cross_entropy_with_logits(x, target.to(x.dtype)).reshape(1),
         loss_is_output=True, note="dx is the gradient of y itself")


def make_ops(folder):
    folder.mkdir(parents=True, exist_ok=True)

    def case(*arguments, **named):
        torch_case(folder, *arguments, **named)

    for group in (arithmetic, functions, reductions, places, attention, windows, recurrence, composites, losses):
        group(case)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("numerics"))
    parser.add_argument("parts", nargs="*", choices=["ops", "nets", "keras"], default=[])
    arguments = parser.parse_args()
    parts = arguments.parts or ["ops", "nets"]
    if "ops" in parts:
        make_ops(arguments.out / "ops")
    if "nets" in parts:
        from nets import make_nets
        make_nets(arguments.out / "nets")
    if "keras" in parts:
        from keras_cases import make_keras
        make_keras(arguments.out / "ops")


if __name__ == "__main__":
    main()
