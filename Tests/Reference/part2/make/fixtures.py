"""Writes the files of the reference: single operations with values and gradients, and the rows of networks.

Inputs are drawn as float32, so that the file holds them exactly. A case runs in float64, whose results are rounded to
float32, and again in float32; `f32_max_diff` says how far the second run is from the first.
"""

import json
import pathlib
import zlib

import numpy as np
import torch


class Draw:
    """Random tensors of one case. The seed comes from the name, so that cases do not depend on their order."""

    def __init__(self, name):
        self.generator = torch.Generator().manual_seed(zlib.crc32(name.encode()))

    def normal(self, *shape, scale=1.0):
        return torch.randn(*shape, generator=self.generator, dtype=torch.float32) * scale

    def uniform(self, low, high, *shape):
        return low + (high - low) * torch.rand(*shape, generator=self.generator, dtype=torch.float32)

    def away_from_zero(self, *shape, least=0.4):
        """Values of either sign, none of them near zero."""
        values = self.normal(*shape)
        return values + least * torch.where(values < 0, -1.0, 1.0)

    def whole(self, low, high, *shape):
        return torch.randint(low, high, shape, generator=self.generator).to(torch.float32)


def number(value):
    """The shortest text that reads back as this float32."""
    value = np.float32(value)
    if value == 0:
        return "0"
    if value == np.round(value) and abs(value) < 1e7:
        return str(int(value))
    return str(value)


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def two_digits(value):
    return float(f"{value:.1e}")


def tensor_text(array):
    values = np.asarray(array, dtype=np.float64).astype(np.float32)
    assert np.isfinite(values).all()
    data = ",".join(number(value) for value in values.reshape(-1))
    shape = list(values.shape) or [1]
    return '{"shape":%s,"data":[%s]}' % (compact(shape), data)


def write_case(folder, *, name, op, source, layout, attrs, loss, differences, note, tensors):
    entries = [
        f'"name":{compact(name)}', f'"op":{compact(op)}', f'"source":{compact(source)}', f'"layout":{compact(layout)}',
        f'"attrs":{compact(attrs)}', f'"loss":{compact(loss)}', f'"f32_max_diff":{compact(differences)}',
    ]
    if note:
        entries.append(f'"note":{json.dumps(note, separators=(",", ":"), ensure_ascii=False)}')
    lines = ",\n".join(f'"{key}":{tensor_text(value)}' for key, value in tensors.items())
    text = "{\n" + ",\n".join(entries) + ',\n"tensors":{\n' + lines + "\n}\n}\n"
    (pathlib.Path(folder) / f"{name}.json").write_text(text)


def difference(precise, rough):
    if not len(precise):
        return 0.0
    return two_digits(max(float(np.abs(np.asarray(precise[key], dtype=np.float64) - np.asarray(rough[key])).max())
                          for key in precise))


def run_torch(function, tensors, dtype, constant, direction, loss_is_output):
    """The results of one run: y, the gradients of sum(y*y)/2 and those of sum(g*y) where a direction g is given."""
    leaves = {
        key: value.detach().to(dtype).clone().requires_grad_(key not in constant) for key, value in tensors.items()
    }
    y = function(**leaves)
    y = y if y.dim() else y.reshape(1)
    trained = [key for key in leaves if key not in constant]
    results = {"y": y.detach()}

    def gradients(scalar, suffix):
        found = torch.autograd.grad(scalar, [leaves[key] for key in trained], retain_graph=True)
        for key, gradient in zip(trained, found):
            results[f"d{key}{suffix}"] = gradient

    if trained:
        gradients(y.sum() if loss_is_output else (y * y).sum() / 2, "")
        if direction is not None:
            gradients((y * direction.to(dtype)).sum(), "_g")
    return results


def torch_case(folder, name, op, layout, attrs, tensors, function, *, note=None, constant=(), direction=False,
               loss_is_output=False):
    """One operation of PyTorch.

    `constant` names the tensors without a gradient. With `direction` the case has a tensor g and the gradients of
    sum(g*y) too: for operations whose first gradient is nearly zero by construction.
    """
    draw = Draw(name + ".g")
    g = draw.normal(*function(**tensors).shape) if direction else None
    precise = run_torch(function, tensors, torch.float64, constant, g, loss_is_output)
    rough = run_torch(function, tensors, torch.float32, constant, g, loss_is_output)
    differences = {
        key: two_digits(float((precise[key] - rough[key].double()).abs().max())) for key in precise
    }
    everything = {key: value.numpy() for key, value in tensors.items()}
    if g is not None:
        everything["g"] = g.numpy()
    everything |= {key: value.numpy() for key, value in precise.items()}
    if note is None and any("constants" in key for key in attrs):
        note = "positions count all operands, the numbers among them"
    loss = "y" if loss_is_output else "sum(y*y)/2"
    write_case(
        folder, name=name, op=op, source=f"torch {torch.__version__}", layout=layout, attrs=attrs, loss=loss,
        differences=differences, note=note, tensors=everything)


def row_lines(rows):
    return ",\n".join(compact(row) for row in rows)


def write_model(folder, *, name, source, layout, inputs, outputs, shapes, params, macs, macs_convention,
                crosscheck, note, rows):
    """Writes one file of rows, and puts its totals into `models.json`."""
    (folder / "models").mkdir(parents=True, exist_ok=True)
    entered = [list(shape) for shape in inputs.values()]
    header = {"name": name, "source": source, "layout": layout,
              "input": entered[0] if len(entered) == 1 else entered, "outputs": outputs, "output_shapes": shapes,
              "params": params, "macs": macs, "macs_convention": macs_convention, "crosscheck": crosscheck}
    if note:
        header["note"] = note
    text = ",\n".join(f"{compact(key)}:{compact(value)}" for key, value in header.items())
    (folder / "models" / f"{name}.json").write_text("{\n" + text + ',\n"layers":[\n' + row_lines(rows) + "\n]\n}\n")
    list_file = folder / "models.json"
    listed = json.loads(list_file.read_text())["models"] if list_file.exists() else []
    totals = {entry["name"]: entry for entry in listed}
    totals[name] = {"name": name, "input": header["input"], "output_shapes": shapes, "layers": len(rows),
                    "params": params["total"], "trainable": params["trainable"],
                    "running_stats": params["running_stats"], "macs": macs, "source": source}
    lines = ["{", '"note":"totals; the layers are in models/<name>.json",', '"models":[']
    lines += [",\n".join(compact(totals[key]) for key in sorted(totals)), "]", "}"]
    list_file.write_text("\n".join(lines) + "\n")
