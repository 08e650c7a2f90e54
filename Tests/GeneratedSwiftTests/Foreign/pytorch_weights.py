#!/usr/bin/env python3
"""Writes the weights of two networks as PyTorch saves them, and what the networks make of an input.

    pip install torch==2.13.0 safetensors==0.8.0 numpy
    python3 pytorch_weights.py
"""

from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

FOLDER = Path(__file__).parent


class Head(nn.Module):
    def __init__(self, features, units):
        super().__init__()
        self.bn = nn.BatchNorm1d(features)
        self.fc = nn.Linear(features, units)

    def forward(self, x, side):
        return self.fc(torch.relu(self.bn(torch.cat([x.flatten(1), side], 1))))


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 5, stride=2, padding=2, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.Conv2d(8, 12, 3, padding=1, groups=2),
            nn.PReLU(12),
            nn.ConvTranspose2d(12, 6, 3, stride=2, padding=1, groups=2),
            nn.Conv2d(6, 12, 3, groups=6),
            nn.ReLU(),
            nn.MaxPool2d(3, 3),
        )
        self.head = Head(12 * 3 * 5 + 8, 20)
        self.classifier = nn.Sequential(nn.Linear(20, 7))

    def forward(self, x):
        x = self.features[:3](x)
        return self.classifier(torch.relu(self.head(self.features[3:](x), x.mean((2, 3)))))


class Squares(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 3, padding=1)
        self.fc1 = nn.Linear(3, 3)
        self.fc2 = nn.Linear(3, 3)

    def forward(self, x):
        return self.fc2(torch.tanh(self.fc1(torch.relu(self.conv(x)).mean((2, 3)))))


def randomise(model):
    """What is 0, 1 or small in a new network would hide what is exchanged."""
    for module in model.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
            module.running_mean.normal_(0, 0.2)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, 0, 0.2)
        elif isinstance(module, nn.PReLU):
            nn.init.uniform_(module.weight)
        elif isinstance(module, (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)):
            nn.init.kaiming_normal_(module.weight)
    return model.eval()


def write(model, *shape, **options):
    name = type(model).__name__
    x = torch.randn(*shape)
    with torch.no_grad():
        y = model(x)
    save_file(model.state_dict(), FOLDER / f"{name}.safetensors", **options)
    save_file({"x": x, "y": y}, FOLDER / f"{name}.io.safetensors")


torch.manual_seed(0)
write(randomise(Branches()), 2, 3, 11, 17)
write(randomise(Squares()), 2, 3, 3, 3, metadata={"format": "pt"})
