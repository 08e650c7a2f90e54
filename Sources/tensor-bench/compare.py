#!/usr/bin/env python3
"""Times training and use of two networks here, in PyTorch and in Keras, in turns.

    swift build -c release --product tensor-bench
    python3 Sources/tensor-bench/compare.py .build/release/tensor-bench

Frameworks whose Python packages (torch; tensorflow-cpu) are missing are left out. Each runs in a process of its own,
and they take turns: what else the machine does meets all alike. The best step of a turn counts, and the ratios are
medians over rounds; compare them, and not the times. The share of the peak counts two operations for a multiply-add of
`cnn report`, three times for a step of training: forward, backward to the input, and backward to the weights.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

# Multiply-adds of an image, as `cnn report` counts them, and how many images a step of training has.
NETWORKS = {"MNIST": (13_883_904, 64), "CIFARResNet18": (555_422_720, 16)}
SHAPES = {"MNIST": (28, 28, 1), "CIFARResNet18": (32, 32, 3)}
# The first is what the others are compared with.
FRAMEWORKS = ["here", "keras", "torch", "torch-channels-last"]
STAGES = [(64, 1), (128, 2), (256, 2), (512, 2)]


def torch_network(name):
    import torch
    from torch import nn

    def convolution(channels, filters, kernel, stride=1):
        return [
            nn.Conv2d(channels, filters, kernel, stride, kernel // 2, bias=False),
            nn.BatchNorm2d(filters),
        ]

    class Basic(nn.Module):
        def __init__(self, channels, filters, stride):
            super().__init__()
            self.body = nn.Sequential(
                *convolution(channels, filters, 3, stride), nn.ReLU(), *convolution(filters, filters, 3)
            )
            grows = stride > 1 or channels != filters
            self.way = nn.Sequential(*(convolution(channels, filters, 1, stride) if grows else []))

        def forward(self, x):
            return torch.relu(self.body(x) + self.way(x))

    if name == "MNIST":
        maps = [nn.Conv2d(1, 32, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
        maps += [nn.Conv2d(32, 64, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)]
        return nn.Sequential(*maps, nn.Flatten(), nn.Linear(3136, 1024), nn.ReLU(), nn.Linear(1024, 10))
    layers, channels = [*convolution(3, 64, 3), nn.ReLU()], 64
    for filters, stride in STAGES:
        layers += [Basic(channels, filters, stride), Basic(filters, filters, 1)]
        channels = filters
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(512, 10))


def torch_step(task, name, threads, channels_last):
    import torch

    torch.set_num_threads(threads)
    network = torch_network(name)
    height, width, channels = SHAPES[name]
    batch = NETWORKS[name][1] if task == "train" else 1
    images = torch.randn(batch, channels, height, width)
    labels = torch.randint(10, (batch,))
    if channels_last:
        network = network.to(memory_format=torch.channels_last)
        images = images.contiguous(memory_format=torch.channels_last)
    if task == "run":
        network.eval()

        def use():
            with torch.inference_mode():
                network(images)

        return use
    optimizer = torch.optim.SGD(network.parameters(), lr=0.01, momentum=0.9)

    def train():
        optimizer.zero_grad(set_to_none=True)
        torch.nn.functional.cross_entropy(network(images), labels).backward()
        optimizer.step()

    return train


def keras_network(name):
    import keras
    from keras import layers

    image = keras.Input(SHAPES[name])
    if name == "MNIST":
        x = image
        for filters in (32, 64):
            x = layers.Conv2D(filters, 5, padding="same", activation="relu")(x)
            x = layers.MaxPooling2D()(x)
        x = layers.Dense(1024, activation="relu")(layers.Flatten()(x))
        return keras.Model(image, layers.Dense(10)(x))

    def convolution(x, filters, kernel, stride=1):
        x = layers.Conv2D(filters, kernel, stride, padding="same", use_bias=False)(x)
        return layers.BatchNormalization()(x)

    x = layers.ReLU()(convolution(image, 64, 3))
    for filters, first in STAGES:
        for stride in (first, 1):
            body = layers.ReLU()(convolution(x, filters, 3, stride))
            body = convolution(body, filters, 3)
            grows = stride > 1 or x.shape[-1] != filters
            way = convolution(x, filters, 1, stride) if grows else x
            x = layers.ReLU()(layers.Add()([body, way]))
    return keras.Model(image, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


def keras_step(task, name, threads):
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    import keras

    network = keras_network(name)
    batch = NETWORKS[name][1] if task == "train" else 1
    images = tf.random.normal((batch, *SHAPES[name]))
    labels = tf.random.uniform((batch,), maxval=10, dtype=tf.int32)
    if task == "run":
        use = tf.function(lambda: network(images, training=False))
        return lambda: use().numpy()
    optimizer = keras.optimizers.SGD(0.01, momentum=0.9)
    optimizer.build(network.trainable_variables)
    measure = keras.losses.SparseCategoricalCrossentropy(from_logits=True)

    # What `fit` makes of a batch, without its callbacks and metrics.
    @tf.function
    def train():
        with tf.GradientTape() as tape:
            loss = measure(labels, network(images, training=True))
        variables = network.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return loss

    return lambda: train().numpy()


def work(framework, task, name, threads):
    """Answers as tensor-bench does."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # Libraries print too.
    if framework == "keras":
        step = keras_step(task, name, threads)
    else:
        step = torch_step(task, name, threads, framework == "torch-channels-last")
    for _ in range(2):
        step()
    print("ready", file=answers, flush=True)
    for line in sys.stdin:
        times = []
        for _ in range(int(line)):
            start = time.perf_counter()
            step()
            times.append((time.perf_counter() - start) * 1e3)
        print(times, file=answers, flush=True)


class Worker:
    def __init__(self, command, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), TF_CPP_MIN_LOG_LEVEL="3")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            env=environment,
        )
        self.is_ready = self.process.stdout.readline().strip() == "ready"

    def times(self, count):
        """Of so many steps, in milliseconds."""
        print(count, file=self.process.stdin, flush=True)
        return json.loads(self.process.stdout.readline())

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def wait_for_quiet(seconds):
    """Waits until other programs use less than an eighth of the machine, but no longer than so many seconds."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and os.path.exists("/proc/stat"):
        before = processor_times()
        time.sleep(0.2)
        total, idle = (after - start for after, start in zip(processor_times(), before))
        if idle > 0.875 * total:
            return


def processor_times():
    with open("/proc/stat") as file:
        times = [int(word) for word in file.readline().split()[1:9]]
    return sum(times), times[3] + times[4]


def compare(task, name, threads, options):
    """The rows of a table: framework, images a second, how many times as many as that here gets, share of the peak."""
    workers = {"peak": Worker([options.program, "peak", str(threads)], threads)}
    for framework in options.frameworks.split(","):
        command = [sys.executable, os.path.abspath(__file__), "--work", framework, task, name, str(threads)]
        if framework == FRAMEWORKS[0]:
            command = [options.program, task, name, str(threads)]
        workers[framework] = Worker(command, threads)
        if not workers[framework].is_ready:
            print(f"{framework} does not start, and is left out", file=sys.stderr)
            workers.pop(framework).process.wait()
    counts = {key: max(1, int(options.block * 1e3 / min(worker.times(2)))) for key, worker in workers.items()}
    rounds = {key: [] for key in workers}
    for _ in range(options.rounds):
        for key, worker in workers.items():
            wait_for_quiet(options.quiet)
            rounds[key].append(min(worker.times(counts[key])))
    for worker in workers.values():
        worker.end()

    multiply_adds, images = NETWORKS[name]
    operations = 2 * multiply_adds * images * 3 if task == "train" else 2 * multiply_adds
    if task == "run":
        images = 1
    # A step of `peak` is a billion multiply-adds. Its best time is nearest to what the machine can do.
    peak = 2e9 / min(rounds.pop("peak")) * 1e3
    print(f"\n{task} {name}, batch {images}, threads {threads}; peak {peak / 1e9:.0f} GFLOP/s")
    print("| framework | images a second | best | here is faster by | share of the peak |")
    print("| --- | ---: | ---: | ---: | ---: |")
    for key, times in rounds.items():
        ratio = statistics.median(theirs / ours for theirs, ours in zip(times, rounds[FRAMEWORKS[0]]))
        typical = statistics.median(times)
        share = operations / typical * 1e3 / peak
        speeds = [f"{images * 1e3 / value:,.1f}" for value in (typical, min(times))]
        print(f"| {key} | {speeds[0]} | {speeds[1]} | {ratio:.2f} | {share:.0%} |", flush=True)


def main():
    if sys.argv[1:2] == ["--work"]:
        framework, task, name, threads = sys.argv[2:]
        return work(framework, task, name, int(threads))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", help="tensor-bench, built for release")
    parser.add_argument("--tasks", default="train", help="train (default), run for one image at a time, or train,run")
    parser.add_argument("--networks", default=",".join(NETWORKS))
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--frameworks", default=",".join(FRAMEWORKS))
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--block", type=float, default=0.3, help="seconds of a turn")
    parser.add_argument("--quiet", type=float, default=0, help="seconds to wait at most for a quiet machine")
    options = parser.parse_args()
    for task in options.tasks.split(","):
        for name in options.networks.split(","):
            for threads in options.threads.split(","):
                compare(task, name, int(threads), options)


if __name__ == "__main__":
    main()
