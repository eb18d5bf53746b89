"""Images a second of a plain training loop in PyTorch's Python, with our network and optimizer.

    python3 bench/train_pytorch.py [cuda:0|cpu]

All pictures are on the device already. Medians of three epochs, after one to warm up.
"""

import statistics
import sys
import time

import torch
from torch import nn
from torch.nn.functional import cross_entropy

device = torch.device(sys.argv[1] if len(sys.argv) > 1 else "cuda:0")
pictures = 32768 if device.type == "cuda" else 8192


def block(inputs, outputs, stride=1):
    return nn.Conv2d(inputs, outputs, 3, stride, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(True)


def make_network():
    return nn.Sequential(*block(1, 16), *block(16, 32, 2), *block(32, 48), *block(48, 80), nn.MaxPool2d(2),
                         *block(80, 112), nn.Flatten(), nn.Linear(448, 10)).to(device)


def epoch(network, optimizer, images, labels, batch, autocast):
    start = time.perf_counter()
    for first in range(0, pictures, batch):
        optimizer.zero_grad()
        with torch.autocast(device.type, torch.bfloat16, enabled=autocast):
            logits = network(images[first:first + batch])
        cross_entropy(logits.float(), labels[first:first + batch]).backward()
        optimizer.step()
    if device.type == "cuda":
        torch.cuda.synchronize()
    return pictures / (time.perf_counter() - start)


images = torch.rand(pictures, 1, 28, 28, device=device)
labels = torch.randint(0, 10, (pictures,), device=device)
for batch in (64, 256, 1024, 4096) if device.type == "cuda" else (64, 256):
    for autocast in (False, True) if device.type == "cuda" else (False,):
        network = make_network()
        optimizer = torch.optim.AdamW(network.parameters(), 3e-3)
        speeds = [epoch(network, optimizer, images, labels, batch, autocast) for _ in range(4)][1:]
        print(f"python loop, batch {batch}, {'bfloat16' if autocast else 'float32'}: "
              f"{statistics.median(speeds):.0f} images/s", flush=True)
