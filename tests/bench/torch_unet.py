"""Times training steps of the bench's U-Net in PyTorch on the CPU: `cargo xtask bench native` runs it.

The network, its initial weights and the batches are those of the bench page (www/bench/src/problem),
which docs/performance.md describes. Prints one line of JSON.
"""

import argparse
import json
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

WEIGHTS_SEED = 1
BATCHES_SEED = 2
BATCHES = 4
WARM_UP_STEPS = 3
MATMUL_SIDE = 2048
MATMUL_RUNS = 5


class Random:
    """mulberry32, whose n-th number depends on the seed and n alone, so that many come at once."""

    def __init__(self, seed):
        self.seed = seed
        self.drawn = 0

    def uniform(self, count):
        """`count` numbers in [0, 1)."""
        n = np.arange(self.drawn + 1, self.drawn + count + 1, dtype=np.uint32)
        self.drawn += count
        state = np.uint32(self.seed) + n * np.uint32(0x6D2B79F5)
        bits = (state ^ (state >> np.uint32(15))) * (state | np.uint32(1))
        bits ^= bits + (bits ^ (bits >> np.uint32(7))) * (bits | np.uint32(61))
        return (bits ^ (bits >> np.uint32(14))).astype(np.float64) / 2**32

    def normal(self, count):
        """`count` standard normal numbers, by Box and Muller."""
        pairs = self.uniform(2 * count).reshape(count, 2)
        return np.sqrt(-2 * np.log(1 - pairs[:, 0])) * np.cos(2 * np.pi * pairs[:, 1])


class Block(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__(
            nn.Conv2d(inputs, outputs, 3, padding=1),
            nn.ReLU(inplace=True),
            nn.Conv2d(outputs, outputs, 3, padding=1),
            nn.ReLU(inplace=True),
        )


class UNet(nn.Module):
    def __init__(self):
        super().__init__()
        # Their order is that of the weights.
        self.down0 = Block(1, 8)
        self.down1 = Block(8, 16)
        self.bottom = Block(16, 32)
        self.up1 = Block(16 + 32, 16)
        self.up0 = Block(8 + 16, 8)
        self.head = nn.Conv2d(8, 1, 1)
        self.initialise()

    @torch.no_grad()
    def initialise(self):
        random = Random(WEIGHTS_SEED)
        for layer in (module for module in self.modules() if isinstance(module, nn.Conv2d)):
            deviation = np.sqrt(2 / layer.weight[0].numel())
            values = (deviation * random.normal(layer.weight.numel())).astype(np.float32)
            layer.weight.copy_(torch.from_numpy(values).view_as(layer.weight))
            layer.bias.zero_()

    def forward(self, images):
        top = self.down0(images)
        middle = self.down1(F.max_pool2d(top, 2))
        bottom = self.bottom(F.max_pool2d(middle, 2))
        up = self.up1(torch.cat([middle, F.interpolate(bottom, scale_factor=2, mode="nearest")], 1))
        up = self.up0(torch.cat([top, F.interpolate(up, scale_factor=2, mode="nearest")], 1))
        return self.head(up)


def make_batches(size, batch):
    """Images [batch, 1, size, size] of a soft disc on noise, and their masks, of the same shape."""
    random = Random(BATCHES_SEED)
    y, x = np.mgrid[0:size, 0:size] + 0.5
    batches = []
    for _ in range(BATCHES):
        images, targets = [], []
        for _ in range(batch):
            low, high = np.array([0.25, 0.25, 0.12]), np.array([0.75, 0.75, 0.28])
            row, column, radius = size * (low + (high - low) * random.uniform(3))
            distance = np.sqrt((y - row) ** 2 + (x - column) ** 2)
            disc = 1 / (1 + np.exp((distance - radius) / (0.02 * size)))
            images.append(disc + random.uniform(size * size).reshape(size, size) - 0.5)
            targets.append(distance <= radius)
        batches.append((to_tensor(images), to_tensor(targets)))
    return batches


def to_tensor(planes):
    """[batch, 1, size, size] from the images of a batch."""
    tensor = torch.from_numpy(np.stack(planes)[:, None].astype(np.float32))
    return tensor.to(torch.get_default_dtype()).contiguous(memory_format=torch.channels_last)


def train(size, batch, steps):
    """Milliseconds of each step after the warm-up, and the losses of all."""
    # Channels last, which its convolutions on the CPU are fastest with.
    network = UNet().to(memory_format=torch.channels_last)
    # ε is added to the root of the corrected second moment. Fused is the fastest here.
    adam = torch.optim.Adam(network.parameters(), lr=1e-3, betas=(0.9, 0.999), eps=1e-7, fused=True)
    batches = make_batches(size, batch)
    step_ms, losses = [], []
    for step in range(WARM_UP_STEPS + steps):
        images, targets = batches[step % BATCHES]
        started = time.perf_counter()
        loss = F.binary_cross_entropy_with_logits(network(images), targets)
        adam.zero_grad()
        loss.backward()
        adam.step()
        losses.append(loss.item())
        if step >= WARM_UP_STEPS:
            step_ms.append(1000 * (time.perf_counter() - started))
    return step_ms, losses


def matmul_gflops():
    """The best rate of a large matrix product: what this machine can do."""
    a, b = torch.rand(2, MATMUL_SIDE, MATMUL_SIDE)
    best = float("inf")
    for _ in range(MATMUL_RUNS):
        started = time.perf_counter()
        torch.mm(a, b)
        best = min(best, time.perf_counter() - started)
    return 2 * MATMUL_SIDE**3 / best / 1e9


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--size", type=int, required=True, help="height and width, a multiple of 4")
    parser.add_argument("--batch", type=int, required=True)
    parser.add_argument("--steps", type=int, default=20, help="steps to time, after the warm-up")
    parser.add_argument("--double", action="store_true", help="double precision, for losses to compare with")
    options = parser.parse_args()
    if options.double:
        torch.set_default_dtype(torch.float64)
    torch.set_num_threads(options.threads)
    step_ms, losses = train(options.size, options.batch, options.steps)
    result = {"version": torch.__version__, "step_ms": step_ms, "losses": losses, "matmul_gflops": matmul_gflops()}
    print(json.dumps(result))


if __name__ == "__main__":
    main()
