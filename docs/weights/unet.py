"""The network of a weights file that Losscope wrote, in PyTorch.

    python unet.py WEIGHTS.safetensors PREDICTIONS

compares its logits with those that `losscope predict WEIGHTS.safetensors --images … --out … --logits` wrote
into the folder PREDICTIONS. `load(path)` gives the network, for use elsewhere. Needs torch, safetensors, numpy.
"""

import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from torch import nn
from torch.nn import functional as F


class UNet(nn.Module):
    """Blocks of two 3×3 convolutions with normalisation and ReLU, max-pooling down, doubling up, one logit a class."""

    def __init__(self, about, tensors):
        super().__init__()
        self.about = about
        self.depth = about["network"]["depth"]
        self.convolution = [None, None, F.conv2d, F.conv3d][about["network"]["dims"]]
        self.transposed = [None, None, F.conv_transpose2d, F.conv_transpose3d][about["network"]["dims"]]
        self.pool = [None, None, F.max_pool2d, F.max_pool3d][about["network"]["dims"]]
        # A parameter's name has no dots in PyTorch.
        for name, value in tensors.items():
            self.register_parameter(name.replace(".", "_"), nn.Parameter(value))

    def part(self, name):
        return getattr(self, name.replace(".", "_"))

    def unit(self, name, x):
        x = self.convolution(x, self.part(f"{name}.weight"), self.part(f"{name}.bias"), padding=1)
        norm = self.about["network"]["norm"]
        if norm != "none":
            # Instance normalisation is one group for each channel.
            groups = x.shape[1] if norm == "instance" else x.shape[1] // 4
            x = F.group_norm(x, groups, self.part(f"{name}_norm.gamma"), self.part(f"{name}_norm.beta"), eps=1e-5)
        return F.relu(x)

    def block(self, name, x):
        return self.unit(f"{name}.second", self.unit(f"{name}.first", x))

    def up(self, index, x):
        if self.about["network"]["upsampling"] == "nearest":
            return F.interpolate(x, scale_factor=2, mode="nearest")
        name = f"upsampling.{index}"
        return self.transposed(x, self.part(f"{name}.weight"), self.part(f"{name}.bias"), stride=2)

    def forward(self, x):
        """Logits [batch, classes, …] of images [batch, channels, …], each channel of each with mean 0 and deviation 1."""
        skips = []
        for level in range(self.depth):
            x = self.block(f"encoder.{level}", x)
            skips.append(x)
            x = self.pool(x, 2)
        x = self.block("bottleneck", x)
        for index in range(self.depth):
            x = self.block(f"decoder.{index}", torch.cat([skips.pop(), self.up(index, x)], dim=1))
        return self.convolution(x, self.part("head.weight"), self.part("head.bias"))


def load(path):
    """The network of a weights file, and what the file says of it."""
    with safe_open(path, framework="pt") as file:
        about = json.loads(file.metadata()["losscope"])
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    return UNet(about, tensors).eval(), about


def main():
    net, about = load(sys.argv[1])
    folder = Path(sys.argv[2])
    print(f"{about['loss']['kind']}, step {about['step']}, {sum(p.numel() for p in net.parameters())} parameters")
    worst = 0.0
    for file in sorted(folder.glob("*-input.npy")):
        expected = np.load(file.with_name(file.name.replace("-input.npy", "-logits.npy")))
        with torch.no_grad():
            logits = net(torch.from_numpy(np.load(file))[None])[0].numpy()
        apart = float(np.abs(logits - expected).max())
        worst = max(worst, apart)
        print(f"{file.name}: logits from {expected.min():.3f} to {expected.max():.3f}, apart by at most {apart:.1e}")
    assert worst < 1e-3, "these are not the same networks"


if __name__ == "__main__":
    main()
