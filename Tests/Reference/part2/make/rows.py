"""Lists every operation that a PyTorch network executes, as the rows of `models/<name>.json`.

A recorder stands between the network and PyTorch's functions. It sees each call with its tensors, knows from hooks
which module is running, and writes one row for each: its shape, parameters, multiply-adds and receptive field. A
function it does not know is an error, so nothing is left out unnoticed. Networks may lie on the `meta` device.
"""

import math

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

# Receptive fields: a list of (size, jump, start) for each axis, or one of these.
FULL = "full"  # everything, as after a global pool or a flatten
NONE = None  # no single window, as after an up-sampling
CONSTANT = "constant"  # nothing: a tensor that does not depend on the input


def hull(fields):
    """The smallest field that holds all of them; a constant adds nothing."""
    fields = [field for field in fields if field != CONSTANT]
    if not fields:
        return CONSTANT
    result = fields[0]
    for field in fields[1:]:
        if result is NONE or field is NONE:
            result = NONE
        elif FULL in (result, field):
            result = FULL
        elif len(result) != len(field) or any(a[1] != b[1] for a, b in zip(result, field)):
            result = NONE
        else:
            result = [
                (max(a[0] + a[2], b[0] + b[2]) - min(a[2], b[2]), a[1], min(a[2], b[2])) for a, b in zip(result, field)
            ]
    return result


def through_window(field, kernel, stride, before, dilation):
    """The field after a window has gone over it."""
    if not isinstance(field, list):
        return field
    return [
        (size + (kernel[i] - 1) * dilation[i] * jump, jump * stride[i], start - before[i] * jump)
        for i, (size, jump, start) in enumerate(field)
    ]


def field_json(field):
    if not isinstance(field, list):
        return field
    return {key: [axis[i] for axis in field] for i, key in enumerate(("size", "jump", "start"))}


def several(value, count):
    """A number for each axis from what PyTorch takes for one."""
    if isinstance(value, (tuple, list)):
        return list(value) * (count if len(value) == 1 else 1)
    return [value] * count


def sides(padding):
    return [side for extent in padding for side in (extent, extent)]


class Attention(nn.Module):
    """Attention of every cell of q over every cell of k, on maps (N, C, H, W) or sequences (N, C, L).

    Heads are groups of neighbouring channels, as in `nn.MultiheadAttention`. It is recorded as one row.
    """

    def __init__(self, heads=1, scaled=True):
        super().__init__()
        self.heads, self.scaled = heads, scaled

    def forward(self, q, k, v):
        split = lambda x: x.flatten(2).unflatten(1, (self.heads, -1)).transpose(2, 3)
        y = nn.functional.scaled_dot_product_attention(
            split(q), split(k), split(v), scale=None if self.scaled else 1.0)
        return y.transpose(2, 3).flatten(1, 2).unflatten(2, q.shape[2:])


class Known:
    """What is known of a tensor: the row that gave it, its receptive field and where its channels are."""

    def __init__(self, reference, field, channels_last=False, pool=None):
        self.reference, self.field, self.channels_last, self.pool = reference, field, channels_last, pool


class RowRecorder(TorchFunctionMode):
    """Records the operations of one run. Use `record(model, inputs)`."""

    WHOLE_MODULES = ("LSTM", "GRU", "Attention", "StochasticDepth", "LayerNorm2d")

    def __init__(self, model):
        super().__init__()
        self.rows = []
        self.known = {}
        self.kept = []  # keeps tensors alive, as their identities are the keys
        self.stack = [("", model)]
        self.silent = 0
        self.names = {}
        self.owners = {}
        self.parameter_names = {}
        self.first_use = {}
        self.statistics_seen = set()
        for path, module in model.named_modules():
            for key, parameter in module._parameters.items():
                if parameter is not None:
                    self.parameter_names.setdefault(id(parameter), f"{path}.{key}" if path else key)
                    self.owners.setdefault(id(parameter), path)
        self.handles = []
        for path, module in model.named_modules():
            self.handles.append(module.register_forward_pre_hook(self.entering(path), with_kwargs=True))
            self.handles.append(module.register_forward_hook(self.leaving(path), with_kwargs=True))

    # Modules

    def entering(self, path):
        def hook(module, arguments, named):
            self.stack.append((path, module))
            if type(module).__name__ in self.WHOLE_MODULES:
                self.silent += 1
        return hook

    def leaving(self, path):
        def hook(module, arguments, named, output):
            kind = type(module).__name__
            if kind in self.WHOLE_MODULES:
                self.silent -= 1
                if self.silent == 0:
                    getattr(self, f"module_{kind.lower()}")(module, arguments, output)
            self.stack.pop()
        return hook

    def module_lstm(self, module, arguments, output):
        x, y = arguments[0], output[0]
        directions = 2 if module.bidirectional else 1
        gates = 4 if isinstance(module, nn.LSTM) else 3
        if not module.batch_first or module.num_layers != 1:
            raise NotImplementedError("recurrent layers are listed one at a time, with the batch first")
        macs = y.shape[1] * gates * module.hidden_size * (module.input_size + module.hidden_size) * directions
        self.add("lstm" if gates == 4 else "gru", [x], y, field=FULL, macs=macs, parameters=list(module.parameters()),
                 attrs={"in_features": module.input_size, "units": module.hidden_size, "both": module.bidirectional,
                        "biases": 2 if module.bias else 0, "last": False}, channels_last=True)

    module_gru = module_lstm

    def module_attention(self, module, arguments, output):
        q, k, v = arguments
        cells = lambda x: math.prod(x.shape[2:])
        self.add("attention", [q, k, v], output, field=FULL,
                 macs=cells(q) * cells(k) * (q.shape[1] + v.shape[1]),
                 attrs={"heads": module.heads, "scale": module.scaled})

    def module_layernorm2d(self, module, arguments, output):
        """Normalises over channels; the permutations around it are no rows of their own."""
        attrs = {"normalized": list(module.normalized_shape), "over": "channels at each pixel", "eps": module.eps}
        self.add("layernorm", [arguments[0]], output, attrs=attrs, parameters=list(module.parameters()))

    def module_stochasticdepth(self, module, arguments, output):
        x = arguments[0]
        if output is x:  # in use nothing happens, and PyTorch gives the same tensor
            self.add("stochastic_depth", [x], output, attrs={"p": module.p, "mode": module.mode})

    # Functions

    IGNORED = {"size", "dim", "numel", "__len__", "is_floating_point", "get_device", "is_contiguous", "stride"}

    def __torch_function__(self, function, types, arguments=(), named=None):
        result = function(*arguments, **(named or {}))
        if self.silent:
            return result
        name = getattr(function, "__name__", str(function)).strip("_")
        tensors = result if isinstance(result, (tuple, list)) else (result,)
        if name in self.IGNORED or not any(isinstance(tensor, torch.Tensor) for tensor in tensors) or name == "get":
            return result
        name = self.ALIASES.get(name, name)
        method = self.plain(name) if name in self.PLAIN else getattr(self, f"call_{name}", None)
        if method is None:
            raise NotImplementedError(f"{name} in {self.stack[-1][0]}")
        with torch._C.DisableTorchFunction():
            method(result, *arguments, **(named or {}))
        return result

    PLAIN = {"relu", "relu6", "silu", "sigmoid", "tanh", "hardswish", "hardsigmoid", "exp", "log", "sqrt", "abs", "square",
             "reciprocal", "softsign", "mish", "softplus"}
    ALIASES = {
        "relu_": "relu", "_max_pool2d": "max_pool2d", "max_pool2d_with_indices": "max_pool2d", "iadd": "add",
        "add_": "add", "radd": "add", "sub_": "sub", "rsub": "rsub", "imul": "mul", "rmul": "mul", "mul_": "mul",
        "truediv": "div", "rtruediv": "rdiv", "concat": "cat", "concatenate": "cat", "view": "reshape",
        "pow_": "pow", "silu_": "silu", "sigmoid_": "sigmoid", "tanh_": "tanh", "matmul": "matmul", "bmm": "matmul",
        "leaky_relu_": "leaky_relu", "dropout_": "dropout", "unflatten": "reshape", "squeeze": "reshape",
        "unsqueeze": "reshape", "log_softmax": "log_softmax",
    }

    # Rows

    def parameter_row(self, parameter):
        """A parameter that enters arithmetic is a source of its own."""
        found = self.known.get(id(parameter))
        if found:
            return found
        shape = list(parameter.shape)
        name = self.parameter_names[id(parameter)]
        # A leading 1 stands for the batch where the parameter has as many axes as a batch of maps.
        batched = len(shape) >= 3 and shape[0] == 1
        self.append({"name": name, "op": "learned", "in": [], "in_shape": [],
                     "attrs": {"shape": shape}, "out": shape[1:] if batched else shape,
                     "params": parameter.numel(), "macs": 0, "rf": CONSTANT})
        found = self.known[id(parameter)] = Known(self.rows[-1]["id"], CONSTANT)
        return found

    def facts(self, tensor):
        if isinstance(tensor, nn.Parameter):
            return self.parameter_row(tensor)
        found = self.known.get(id(tensor))
        if found is None:
            raise LookupError(f"a tensor {list(tensor.shape)} of unknown origin in {self.stack[-1][0]}")
        return found

    def append(self, row):
        self.rows.append({"id": len(self.rows)} | row)
        return self.rows[-1]

    def name(self, op, parameters, shared):
        path, module = self.stack[-1]
        owned = [self.owners[id(parameter)] for parameter in parameters]
        if owned:
            base = owned[0]
        elif path and not any(True for _ in module.children()) and not module._parameters:
            base = path
        else:
            base = f"{path}.{op}" if path else op
        if shared is not None:
            return base
        count = self.names[base] = self.names.get(base, -1) + 1
        return f"{base}_{count}" if count else base

    def shape(self, tensor):
        shape = list(tensor.shape)
        if isinstance(tensor, nn.Parameter):
            return shape[1:] if len(shape) >= 3 and shape[0] == 1 else shape
        return shape[1:]

    def add(self, op, inputs, output, *, attrs=None, field="join", macs=0, parameters=(), statistics=0,
            channels_last=None, pool=None, statistics_owner=None):
        known = [self.facts(tensor) for tensor in inputs]
        parameters = [parameter for parameter in parameters if parameter is not None]
        shared = self.first_use.get(id(parameters[0])) if parameters else None
        name = self.name(op, parameters, shared)
        parts = list(output) if isinstance(output, (tuple, list)) else None
        if field == "join":
            field = hull([fact.field for fact in known])
        if channels_last is None:
            channels_last = known[0].channels_last
        row = {"name": name, "op": op, "in": [fact.reference for fact in known],
               "in_shape": [self.shape(tensor) for tensor in inputs], "attrs": attrs or {},
               "out": [self.shape(part) for part in parts] if parts else self.shape(output),
               "params": 0 if shared is not None else sum(parameter.numel() for parameter in parameters),
               "macs": int(macs)}
        if statistics and shared is None:
            row["running_stats"] = statistics
        row["rf"] = field_json(field)
        if channels_last:
            row["layout"] = "HWC"
        if shared is not None:
            row["shared_with"] = shared
        row = self.append(row)
        for parameter in parameters:
            self.first_use.setdefault(id(parameter), row["id"])
        for index, tensor in enumerate(parts or [output]):
            reference = f"{row['id']}:{index}" if parts else row["id"]
            self.known[id(tensor)] = Known(reference, field, channels_last, pool)
            self.kept.append(tensor)
        return row

    # Convolutions and linear layers

    def convolve(self, op, y, x, weight, bias, stride, padding, dilation, groups):
        rank = x.dim() - 2
        kernel, stride, dilation = list(weight.shape[2:]), several(stride, rank), several(dilation, rank)
        if padding == "same":
            whole = [(k - 1) * d for k, d in zip(kernel, dilation)]
            pad = [(extent // 2, extent - extent // 2) for extent in whole]
        else:
            pad = [(extent, extent) for extent in several(0 if padding == "valid" else padding, rank)]
        channels = x.shape[1]
        attrs = {"in_channels": channels, "out_channels": y.shape[1], "kernel": kernel, "stride": stride,
                 "pad": [side for pair in pad for side in pair], "dilation": dilation, "groups": groups,
                 "bias": bias is not None}
        if groups == channels and groups > 1:
            op = "depthwise_" + op
        field = through_window(self.facts(x).field, kernel, stride, [pair[0] for pair in pad], dilation)
        macs = y[0].numel() * math.prod(kernel) * channels // groups
        self.add(op, [x], y, attrs=attrs, field=field, macs=macs, parameters=[weight, bias])

    def call_conv2d(self, y, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        self.convolve("conv2d", y, x, weight, bias, stride, padding, dilation, groups)

    def call_conv1d(self, y, x, weight, bias=None, stride=1, padding=0, dilation=1, groups=1):
        self.convolve("conv1d", y, x, weight, bias, stride, padding, dilation, groups)

    def call_conv_transpose2d(self, y, x, weight, bias=None, stride=1, padding=0, output_padding=0, groups=1,
                              dilation=1):
        kernel = list(weight.shape[2:])
        attrs = {"in_channels": x.shape[1], "out_channels": y.shape[1], "kernel": kernel, "stride": several(stride, 2),
                 "pad": sides(several(padding, 2)), "output_padding": several(output_padding, 2),
                 "dilation": several(dilation, 2), "groups": groups, "bias": bias is not None}
        macs = x[0].numel() * math.prod(kernel) * y.shape[1] // groups
        self.add("conv_transpose2d", [x], y, attrs=attrs, field=NONE, macs=macs, parameters=[weight, bias])

    def call_linear(self, y, x, weight, bias=None):
        attrs = {"in_features": weight.shape[1], "out_features": weight.shape[0], "bias": bias is not None}
        self.add("linear", [x], y, attrs=attrs, macs=y[0].numel() * weight.shape[1], parameters=[weight, bias])

    def call_matmul(self, y, a, b):
        self.add("matmul", [a, b], y, field=FULL, macs=y[0].numel() * a.shape[-1])

    # Pooling and resizing

    def pool_attributes(self, kernel, stride, padding, dilation=1):
        kernel = several(kernel, 2)
        return {"kernel": kernel, "stride": several(kernel if stride in (None, []) else stride, 2),
                "pad": sides(several(padding, 2)), "dilation": several(dilation, 2)}

    def call_max_pool2d(self, y, x, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False,
                        return_indices=False):
        attrs = self.pool_attributes(kernel_size, stride, padding, dilation)
        field = through_window(self.facts(x).field, attrs["kernel"], attrs["stride"], attrs["pad"][::2],
                               attrs["dilation"])
        source = self.facts(x).reference, self.shape(x)
        row = self.add("maxpool2d", [x], y[0] if isinstance(y, tuple) else y, field=field,
                       attrs=attrs | {"ceil_mode": ceil_mode})
        if isinstance(y, tuple):
            self.known[id(y[1])] = Known(row["id"], NONE, pool=(row["id"], *source))
            self.kept.append(y[1])

    call_boolean_dispatch = call_max_pool2d

    def call_max_pool2d_with_indices(self, y, x, *arguments, **named):
        self.call_max_pool2d(y, x, *arguments, **named)

    def call_max_unpool2d(self, y, x, indices, kernel_size, stride=None, padding=0, output_size=None):
        pool, source, source_shape = self.facts(indices).pool
        attrs = self.pool_attributes(kernel_size, stride, padding)
        del attrs["dilation"]
        row = self.add("max_unpool2d", [x], y, attrs=attrs | {"pool": pool}, field=NONE)
        row["in"].append(source)
        row["in_shape"].append(source_shape)

    def call_avg_pool2d(self, y, x, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True,
                        divisor_override=None):
        attrs = self.pool_attributes(kernel_size, stride, padding)
        field = through_window(self.facts(x).field, attrs["kernel"], attrs["stride"], attrs["pad"][::2],
                               attrs["dilation"])
        del attrs["dilation"]
        self.add("avgpool2d", [x], y, field=field,
                 attrs=attrs | {"ceil_mode": ceil_mode, "count_include_pad": count_include_pad})

    def call_adaptive_avg_pool2d(self, y, x, output_size):
        if several(output_size, 2) == [1, 1]:
            self.add("global_avgpool", [x], y, field=FULL, attrs={"keepdims": True})
        else:
            size, extents, field = several(output_size, 2), list(x.shape[2:]), self.facts(x).field
            steps = [extent // count for extent, count in zip(extents, size)]
            even = all(extent % count == 0 for extent, count in zip(extents, size))
            field = through_window(field, steps, steps, [0, 0], [1, 1]) if even else FULL if field == FULL else NONE
            self.add("adaptive_avgpool2d", [x], y, field=field, attrs={"size": size})

    def call_interpolate(self, y, x, size=None, scale_factor=None, mode="nearest", align_corners=None, **_):
        scale = None if scale_factor is None else [float(value) for value in several(scale_factor, 2)]
        self.add("upsample", [x], y, field=NONE,
                 attrs={"mode": mode, "scale": scale, "size": None if size is None else list(several(size, 2)),
                        "align_corners": bool(align_corners)})

    # Normalisation

    def call_batch_norm(self, y, x, mean, variance, weight=None, bias=None, training=False, momentum=0.1, eps=1e-5):
        self.add("batchnorm", [x], y, parameters=[weight, bias], statistics=0 if mean is None else 2 * mean.numel(),
                 attrs={"channels": x.shape[1], "eps": eps, "momentum": momentum, "affine": weight is not None})

    def call_layer_norm(self, y, x, shape, weight=None, bias=None, eps=1e-5):
        self.add("layernorm", [x], y, parameters=[weight, bias],
                 attrs={"normalized": list(shape), "over": "last axis", "eps": eps})

    def call_group_norm(self, y, x, groups, weight=None, bias=None, eps=1e-5):
        self.add("groupnorm", [x], y, parameters=[weight, bias],
                 attrs={"groups": groups, "channels": x.shape[1], "eps": eps})

    def call_instance_norm(self, y, x, mean=None, variance=None, weight=None, bias=None, use_input_stats=True,
                           momentum=0.1, eps=1e-5):
        self.add("instancenorm", [x], y, parameters=[weight, bias],
                 attrs={"channels": x.shape[1], "eps": eps, "affine": weight is not None})

    # Functions of one number

    def plain(self, name):
        """A function that has no attributes."""
        return lambda y, x, *arguments, **named: self.add(name, [x], y)

    def call_hardtanh(self, y, x, min_val=-1.0, max_val=1.0, inplace=False):
        if (min_val, max_val) == (0.0, 6.0):
            self.add("relu6", [x], y)
        else:
            self.add("hardtanh", [x], y, attrs={"low": min_val, "high": max_val})

    def call_leaky_relu(self, y, x, negative_slope=0.01, inplace=False):
        self.add("leaky_relu", [x], y, attrs={"slope": negative_slope})

    def call_prelu(self, y, x, weight):
        self.add("prelu", [x], y, attrs={"parameters": weight.numel()}, parameters=[weight])

    def call_gelu(self, y, x, approximate="none"):
        self.add("gelu", [x], y, attrs={"approximate": approximate})

    def call_glu(self, y, x, dim=-1):
        self.add("glu", [x], y, attrs={"axis": dim % x.dim() - 1})

    def call_dropout(self, y, x, p=0.5, *_, **__):
        if p > 0:
            self.add("dropout", [x], y, attrs={"p": p})
        else:  # not a row: it never does anything
            self.same(y, x)

    call_dropout2d = call_dropout

    def call_softmax(self, y, x, dim=None, *_, **__):
        axis = dim % x.dim()
        field = self.facts(x).field if axis == (x.dim() - 1 if self.facts(x).channels_last else 1) else FULL
        self.add("softmax", [x], y, attrs={"axis": axis - 1}, field=field)

    # Reductions

    def reduce(self, kind, y, x, dim, keepdim):
        axes = [axis % x.dim() for axis in (dim if isinstance(dim, (tuple, list)) else [dim])]
        last = self.facts(x).channels_last
        channel = x.dim() - 1 if last else 1
        spatial = [axis for axis in range(1, x.dim()) if axis != channel]
        field = FULL if set(axes) & set(spatial) else self.facts(x).field
        path, module = self.stack[-1]
        if kind == "mean" and sorted(axes) == spatial and "Pool" in type(module).__name__:
            self.add("global_avgpool", [x], y, field=FULL, attrs={"keepdims": keepdim})
            return
        words = (["channels"] if channel in axes else []) + (["cells"] if set(spatial) <= set(axes) else [])
        self.add("reduce", [x], y, field=field,
                 attrs={"kind": kind, "axes": [axis - 1 for axis in axes], "over": words, "keepdims": keepdim})

    def call_mean(self, y, x, dim=None, keepdim=False, **_):
        self.reduce("mean", y, x, dim, keepdim)

    def call_sum(self, y, x, dim=None, keepdim=False, **_):
        self.reduce("sum", y, x, dim, keepdim)

    def call_amax(self, y, x, dim=None, keepdim=False):
        self.reduce("max", y, x, dim, keepdim)

    def call_norm(self, y, x, p=2, dim=None, keepdim=False, **_):
        if p not in (2, "fro", None):
            raise NotImplementedError(f"norm {p}")
        self.reduce("norm", y, x, dim, keepdim)

    def call_linalg_vector_norm(self, y, x, ord=2, dim=None, keepdim=False, **_):
        self.call_norm(y, x, ord, dim, keepdim)

    call_vector_norm = call_linalg_vector_norm

    # Arithmetic

    def arithmetic(self, op, y, *operands):
        tensors = [operand for operand in operands if isinstance(operand, torch.Tensor)]
        constants = [{"position": i, "value": operand} for i, operand in enumerate(operands)
                     if not isinstance(operand, torch.Tensor)]
        last = any(self.facts(tensor).channels_last for tensor in tensors)
        self.add(op, tensors, y, attrs={"constants": constants} if constants else {}, channels_last=last)

    def call_add(self, y, a, b, *, alpha=1, **_):
        if alpha != 1:
            raise NotImplementedError("add with alpha")
        self.arithmetic("add", y, a, b)

    def call_sub(self, y, a, b, **_):
        self.arithmetic("sub", y, a, b)

    def call_rsub(self, y, a, b, **_):
        self.arithmetic("sub", y, b, a)

    def call_mul(self, y, a, b, **_):
        self.arithmetic("mul", y, a, b)

    def call_div(self, y, a, b, **_):
        self.arithmetic("div", y, a, b)

    def call_rdiv(self, y, a, b):
        self.arithmetic("div", y, b, a)

    def call_addcmul(self, y, x, a, b, value=1):
        """x + a * b: two rows, and the product has no tensor of its own."""
        product = torch.empty_like(y)
        self.arithmetic("mul", product, a, b)
        self.arithmetic("add", y, x, product)

    # Places

    def call_cat(self, y, tensors, dim=0):
        axis = dim % y.dim()
        channel = y.dim() - 1 if self.facts(tensors[0]).channels_last else 1
        field = hull([self.facts(tensor).field for tensor in tensors])
        self.add("concat", list(tensors), y, attrs={"axis": axis - 1}, field=field if axis == channel else FULL)

    def split_row(self, parts, x, dim):
        self.add("split", [x], parts, attrs={"axis": dim % x.dim() - 1})

    def call_chunk(self, parts, x, chunks, dim=0):
        self.split_row(parts, x, dim)

    def call_split(self, parts, x, sizes, dim=0):
        self.split_row(parts, x, dim)

    def same(self, y, x):
        """y is x for all that a row says."""
        self.known[id(y)] = self.facts(x)
        self.kept.append(y)

    def call_flatten(self, y, x, start_dim=0, end_dim=-1):
        if list(y.shape) == list(x.shape):
            self.same(y, x)
            return
        self.add("flatten" if y.dim() == 2 else "reshape", [x], y, field=FULL, channels_last=False)

    def call_reshape(self, y, x, *_, **__):
        if isinstance(x, nn.Parameter):
            self.shaped_parameter(y, x)
            return
        if list(y.shape) == list(x.shape):
            self.same(y, x)
            return
        if y.dim() == 2:
            self.add("flatten", [x], y, field=FULL, channels_last=False)
        else:
            field = NONE if self.facts(x).field is NONE else FULL
            self.add("reshape", [x], y, field=field, attrs={"shape": list(y.shape[1:])})

    def shaped_parameter(self, y, parameter):
        """A vector that is trained and brought beside maps is one row, with the axes it gets."""
        fact = self.facts(parameter)
        last = y.dim() > 2 and y.shape[-1] == y.numel() > 1
        row = self.rows[fact.reference]
        row["out"] = list(y.shape[1:])
        if last:
            row["layout"] = "HWC"
        self.known[id(y)] = Known(fact.reference, CONSTANT, last)
        self.kept.append(y)

    def call_contiguous(self, y, x, *_, **__):
        self.same(y, x)

    call_to = call_float = call_type = call_contiguous

    def call_permute(self, y, x, *order):
        order = list(order[0]) if isinstance(order[0], (tuple, list)) else list(order)
        fact = self.facts(x)
        channel = x.dim() - 1 if fact.channels_last else 1
        place = order.index(channel)
        field = fact.field
        if isinstance(field, list) and len(field) == x.dim() - 2:
            spatial = [axis for axis in range(1, x.dim()) if axis != channel]
            field = [field[spatial.index(axis)] for axis in order[1:] if axis != channel]
        self.add("permute", [x], y, attrs={"order": [axis - 1 for axis in order[1:]]}, field=field,
                 channels_last=place == x.dim() - 1)

    def call_transpose(self, y, x, a, b):
        order = list(range(x.dim()))
        order[a], order[b] = order[b], order[a]
        self.call_permute(y, x, order)

    def call_pad(self, y, x, pad, mode="constant", value=None):
        pairs = [list(pad[i:i + 2]) for i in range(0, len(pad), 2)][::-1]
        rank = x.dim() - 2
        pairs = [[0, 0]] * (rank - len(pairs)) + pairs
        field = self.facts(x).field
        if isinstance(field, list):
            field = [(size, jump, start - pairs[i][0] * jump) for i, (size, jump, start) in enumerate(field)]
        negative = any(side < 0 for pair in pairs for side in pair)
        if negative:
            self.add("crop", [x], y, attrs={"crop": [-side for pair in pairs for side in pair]}, field=field)
        else:
            self.add("pad", [x], y, attrs={"pad": [side for pair in pairs for side in pair], "value": value or 0},
                     field=field)

    def call_getitem(self, y, x, index):
        """Slices of one axis."""
        index = index if isinstance(index, tuple) else (index,)
        cut = [(axis, part) for axis, part in enumerate(index)
               if part != slice(None) and part is not Ellipsis]
        if len(cut) != 1 or not isinstance(cut[0][1], slice):
            raise NotImplementedError(f"the subscript {index} in {self.stack[-1][0]}")
        axis, part = cut[0]
        start, stop, step = part.indices(x.shape[axis])
        if step != 1:
            raise NotImplementedError("slices with a step")
        fact = self.facts(x)
        field = fact.field
        channel = x.dim() - 1 if fact.channels_last else 1
        if isinstance(field, list) and axis != channel:
            place = [other for other in range(1, x.dim()) if other != channel].index(axis)
            size, jump, first = field[place]
            field = field[:place] + [(size, jump, first + start * jump)] + field[place + 1:]
        self.add("slice", [x], y, attrs={"axis": axis - 1, "start": start, "count": stop - start}, field=field)


def record(model, inputs):
    """The rows of one run, and the ids of the rows whose tensors the model returns.

    `inputs` are tensors with a batch of 1, by name. The model returns a tensor, or lists and dictionaries of tensors.
    """
    recorder = RowRecorder(model)
    for name, tensor in inputs.items():
        shape = list(tensor.shape[1:])
        recorder.append({"name": name, "op": "input", "in": [], "in_shape": [], "attrs": {}, "out": shape, "params": 0,
                         "macs": 0, "rf": field_json([(1, 1, 0)] * (len(shape) - 1)) if len(shape) > 1 else FULL})
        field = [(1, 1, 0)] * (len(shape) - 1) if len(shape) > 1 else FULL
        recorder.known[id(tensor)] = Known(recorder.rows[-1]["id"], field)
        recorder.kept.append(tensor)
    with torch.no_grad(), recorder:
        result = model(*inputs.values())
    for handle in recorder.handles:
        handle.remove()

    def leaves(value):
        if isinstance(value, torch.Tensor):
            return [value]
        return [leaf for part in (value.values() if isinstance(value, dict) else value) for leaf in leaves(part)]

    outputs = leaves(result)
    return recorder.rows, [recorder.known[id(output)].reference for output in outputs], \
        [list(output.shape[1:]) for output in outputs]
