#!/usr/bin/env python3
"""Writes the weights of a network as Keras has them, and what the network makes of an input.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
    python3 keras_weights.py
"""

from pathlib import Path

import keras
import numpy
from keras import layers

FOLDER = Path(__file__).parent

keras.utils.set_random_seed(1)
image = keras.Input((9, 12, 3))
x = layers.Conv2D(8, 3, padding="same", activation="relu", name="c1")(image)
x = layers.DepthwiseConv2D(3, depth_multiplier=2, name="dw")(x)
x = layers.PReLU(shared_axes=[1, 2], name="pr")(x)
x = layers.Conv2DTranspose(6, 3, strides=2, name="up")(x)
x = layers.BatchNormalization(name="bn")(x)
x = layers.ReLU()(x)
x = layers.MaxPooling2D(3)(x)
x = layers.Flatten()(x)
x = layers.Dense(20, activation="relu", name="d1")(x)
model = keras.Model(image, layers.Dense(5, name="d2")(x))

# What is 0 or 1 in a new network would hide what is exchanged.
for w in model.weights:
    if len(w.shape) == 1 or "pr/" in w.path:
        shift = 0.5 if w.path.endswith(("variance", "gamma")) else -0.3
        w.assign(numpy.random.rand(*w.shape) + shift)

example = numpy.random.randn(2, 9, 12, 3).astype("float32")
numpy.savez(FOLDER / "Chain.npz", **{w.path: w.numpy() for w in model.weights})
numpy.savez(FOLDER / "Chain.io.npz", x=example, y=model.predict(example, verbose=0))
