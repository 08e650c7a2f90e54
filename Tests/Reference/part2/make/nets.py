"""Small whole networks: weights, outputs, one step's gradients and three steps of training."""

import json

import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import nn

from fixtures import Draw, compact, row_lines, two_digits
from rows import Attention, record


class Tower(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.relu = nn.ReLU()
        self.pool = nn.MaxPool2d(2)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(4 * 4 * 4, 6)

    def forward(self, x):
        return self.fc(self.flatten(self.pool(self.relu(self.bn(self.conv(x))))))


class Siamese(nn.Module):
    """One tower on two inputs: its batch norm runs, and moves its statistics, twice in a step, left first."""

    def __init__(self):
        super().__init__()
        self.tower = Tower()
        self.head = nn.Linear(6, 1)

    def forward(self, left, right):
        distance = torch.abs(self.tower(left) - self.tower(right))
        return torch.sigmoid(self.head(distance))


class Recurrent(nn.Module):
    """The same 3x3 convolution four times."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 6, 3, padding=1)
        self.step = nn.Conv2d(6, 6, 3, padding=1)
        self.relu = nn.ReLU()
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = self.relu(self.stem(x))
        for _ in range(4):
            x = self.relu(self.step(x))
        return self.fc(self.flatten(self.gap(x)))


class AttentionNet(nn.Module):
    """Patches, learned positions, attention of two heads, response normalisation and a head."""

    def __init__(self):
        super().__init__()
        self.patch = nn.Conv2d(3, 8, 2, stride=2)
        self.pos_embed = nn.Parameter(torch.zeros(1, 8, 4, 4))
        self.q = nn.Conv2d(8, 8, 1)
        self.k = nn.Conv2d(8, 8, 1, bias=False)
        self.v = nn.Conv2d(8, 8, 1)
        self.attention = Attention(heads=2)
        self.proj = nn.Conv2d(8, 8, 1)
        self.gamma = nn.Parameter(torch.zeros(1, 8, 1, 1))
        self.beta = nn.Parameter(torch.zeros(1, 8, 1, 1))
        self.gap = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten()
        self.fc = nn.Linear(8, 5)

    def forward(self, x):
        x = self.patch(x) + self.pos_embed
        x = x + self.proj(self.attention(self.q(x), self.k(x), self.v(x)))
        norm = torch.linalg.vector_norm(x, dim=(2, 3), keepdim=True)
        ratio = norm / (norm.mean(1, keepdim=True) + 1e-6)
        x = x * ratio * self.gamma + self.beta + x
        return self.fc(self.flatten(self.gap(x)))


class TinyCRNN(nn.Module):
    """Convolutions down to one row, which becomes a sequence; two bidirectional LSTMs; a class at each step."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 4, 3, padding=1)
        self.bn = nn.BatchNorm2d(4)
        self.relu = nn.ReLU()
        self.pool1 = nn.MaxPool2d(2)
        self.conv2 = nn.Conv2d(4, 6, 3, padding=1)
        self.pool2 = nn.MaxPool2d((2, 1))
        self.conv3 = nn.Conv2d(6, 6, (2, 1))
        self.lstm1 = nn.LSTM(6, 5, batch_first=True, bidirectional=True)
        self.lstm2 = nn.LSTM(10, 4, batch_first=True, bidirectional=True)
        self.fc = nn.Linear(8, 4)

    def forward(self, x):
        x = self.pool1(self.relu(self.bn(self.conv1(x))))
        x = self.pool2(self.relu(self.conv2(x)))
        x = self.relu(self.conv3(x))  # (batch, 6, 1, 8)
        x = x.squeeze(2).permute(0, 2, 1)
        x, _ = self.lstm1(x)
        x, _ = self.lstm2(x)
        return self.fc(x)


def initial_weights(model, draw):
    """Seeded weights that float32 holds exactly; running statistics that are not at rest."""
    weights = {}
    for key, value in model.state_dict().items():
        if key.endswith("num_batches_tracked"):
            continue
        if key.endswith("running_var"):
            weights[key] = draw.uniform(0.5, 1.5, *value.shape)
        elif key.endswith("running_mean"):
            weights[key] = draw.normal(*value.shape, scale=0.2)
        elif ".bn" in f".{key}" and key.endswith("weight"):
            weights[key] = draw.uniform(0.5, 1.5, *value.shape)
        elif value.dim() >= 2 and not key.startswith(("pos_embed", "gamma", "beta")):
            weights[key] = draw.normal(*value.shape, scale=(1.5 / value[0].numel()) ** 0.5)
        else:
            weights[key] = draw.normal(*value.shape, scale=0.3)
    return weights


LEARNING_RATE, MOMENTUM, STEPS = 0.05, 0.9, 3


def run(build, weights, inputs, loss_of, dtype):
    """Everything that a file holds, from one run with numbers of one type."""
    model = build().to(dtype)
    model.load_state_dict({key: value.to(dtype) for key, value in weights.items()}, strict=False)
    entered = [value.to(dtype) for value in inputs.values()]
    model.eval()
    with torch.no_grad():
        found = {"eval": model(*entered)}
    model.train()
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE, momentum=MOMENTUM)
    losses = []
    for step in range(STEPS):
        optimizer.zero_grad()
        output = model(*entered)
        loss = loss_of(output)
        loss.backward()
        losses.append(loss.item())
        if step == 0:
            found["train"] = output.detach().clone()
            found["grads"] = {key: value.grad.clone() for key, value in model.named_parameters()}
        optimizer.step()
    found["after3"] = {
        key: value.clone() for key, value in model.state_dict().items() if not key.endswith("num_batches_tracked")
    }
    with torch.no_grad():
        losses.append(loss_of(model(*entered)).item())
    return found | {"losses": losses}


def far(precise, rough):
    pairs = [(precise[key], rough[key]) for key in precise] if isinstance(precise, dict) else [(precise, rough)]
    return two_digits(max(float((a.double() - b.double()).abs().max()) for a, b in pairs))


def make_net(folder, name, build, inputs, outputs_name, labels, loss, loss_of, note):
    draw = Draw(name)
    weights = initial_weights(build(), draw)
    entered = {key: draw.normal(*shape) for key, shape in inputs.items()}
    precise, rough = (run(build, weights, entered, loss_of, dtype) for dtype in (torch.float64, torch.float32))
    single = lambda tensors: {key: value.to(torch.float32).contiguous() for key, value in tensors.items()}
    io = single(entered | {f"{outputs_name}_eval": precise["eval"], f"{outputs_name}_train": precise["train"]})
    save_file(single(weights), folder / f"{name}.weights.safetensors")
    save_file(io, folder / f"{name}.io.safetensors")
    save_file(single(precise["grads"]), folder / f"{name}.grads.safetensors")
    save_file(single(precise["after3"]), folder / f"{name}.after3.safetensors")

    model = build().eval()
    rows, outputs, shapes = record(model, {key: torch.zeros(1, *shape[1:]) for key, shape in inputs.items()})
    parameters = sum(parameter.numel() for parameter in model.parameters())
    assert parameters == sum(row["params"] for row in rows), name
    differences = {f"{outputs_name}_eval": far(precise["eval"], rough["eval"]),
                   f"{outputs_name}_train": far(precise["train"], rough["train"]),
                   "grads": far(precise["grads"], rough["grads"]), "after3": far(precise["after3"], rough["after3"]),
                   "losses": two_digits(max(abs(a - b) for a, b in zip(precise["losses"], rough["losses"])))}
    shapes_in = [list(shape[1:]) for shape in inputs.values()]
    header = {
        "name": name, "source": f"torch {torch.__version__}", "layout": "NCHW",
        "input": shapes_in[0] if len(shapes_in) == 1 else shapes_in,
        "inputs": list(inputs), "outputs": outputs, "output_shapes": shapes,
        "batch": next(iter(inputs.values()))[0], "params": parameters, "macs": sum(row["macs"] for row in rows),
        "labels": labels,
        "files": {
            "weights": f"{name}.weights.safetensors (parameters and running statistics before training)",
            "io": f"{name}.io.safetensors ({', '.join(io)})",
            "grads": f"{name}.grads.safetensors (first step)",
            "after3": f"{name}.after3.safetensors (parameters and running statistics after three steps)",
        },
        "loss": loss,
        "optimizer": {"kind": "sgd", "lr": LEARNING_RATE, "momentum": MOMENTUM, "dampening": 0, "weight_decay": 0,
                      "same_batch_each_step": True},
        "losses": [float(f"{value:.9g}") for value in precise["losses"]],
        "losses_note": "before steps 1, 2, 3 and after step 3, in training mode",
        "f32_max_diff": differences, "note": note,
    }
    text = ",\n".join(f"{json.dumps(key)}:{compact(value)}" for key, value in header.items())
    (folder / f"{name}.json").write_text("{\n" + text + ',\n"layers":[\n' + row_lines(rows) + "\n]\n}\n")


def make_nets(folder):
    folder.mkdir(parents=True, exist_ok=True)
    labels = [1, 0, 1, 0]
    target = torch.tensor(labels, dtype=torch.float64).reshape(4, 1)
    make_net(
        folder, "siamese", Siamese, {"left": (4, 1, 8, 8), "right": (4, 1, 8, 8)}, "y", labels,
        "mean binary cross-entropy of the probabilities", lambda y: F.binary_cross_entropy(y, target.to(y.dtype)),
        "the tower runs on left, then on right, and its batch norm's statistics move at each call; gradients add up over "
        "both; fc of the tower has PyTorch's order of flattened features (channel, row, column)")
    classes = [3, 0, 4, 1]
    cross_entropy = lambda y: F.cross_entropy(y, torch.tensor(classes))
    make_net(folder, "tied_recurrence", Recurrent, {"x": (4, 3, 8, 8)}, "logits", classes,
             "mean cross-entropy over the batch", cross_entropy, "step runs four times with one set of weights")
    make_net(folder, "attention_net", AttentionNet, {"x": (4, 3, 8, 8)}, "logits", classes,
             "mean cross-entropy over the batch", cross_entropy,
             "pos_embed is (1, channels, rows, columns), gamma and beta (1, channels, 1, 1); scale of the scores: "
             "1/sqrt(4), as each of two heads has four channels")
    steps = [[0, 1, 1, 2, 3, 0, 2, 1], [3, 3, 0, 1, 2, 2, 0, 1], [1, 0, 2, 0, 3, 1, 1, 2], [2, 2, 3, 0, 0, 1, 3, 3]]
    make_net(folder, "tiny_crnn", TinyCRNN, {"x": (4, 1, 8, 16)}, "logits", steps,
             "mean cross-entropy over the batch and the steps",
             lambda y: F.cross_entropy(y.transpose(1, 2), torch.tensor(steps)),
             "logits are (batch, step, class), labels [example][step]; lstm names and gates (i f g o) are PyTorch's")
