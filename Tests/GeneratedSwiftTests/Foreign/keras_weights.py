#!/usr/bin/env python3
"""Writes the weights of two networks as Keras has them, and what the networks make of an input.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 numpy==2.4.6
    python3 keras_weights.py
"""

from pathlib import Path

import keras
import numpy
from keras import layers

FOLDER = Path(__file__).parent


def chain():
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
    return keras.Model(image, layers.Dense(5, name="d2")(x))


def separable():
    image = keras.Input((5, 6, 4))
    x = layers.SeparableConv2D(6, 3, depth_multiplier=2, padding="same", name="sep")(image)
    return keras.Model(image, layers.Flatten()(x))


def randomise(model):
    """What is 0 or 1 in a new network would hide what is exchanged."""
    for w in model.weights:
        if len(w.shape) == 1 or "pr/" in w.path:
            shift = 0.5 if w.path.endswith(("variance", "gamma")) else -0.3
            w.assign(numpy.random.rand(*w.shape) + shift)
    return model


def write(name, model, renamed={}):
    x = numpy.random.randn(2, *model.input_shape[1:]).astype("float32")
    numpy.savez(FOLDER / f"{name}.npz", **{renamed.get(w.path, w.path): w.numpy() for w in model.weights})
    numpy.savez(FOLDER / f"{name}.io.npz", x=x, y=model.predict(x, verbose=0))


keras.utils.set_random_seed(1)
write("Chain", randomise(chain()))
# The second of its two layers has its own name, and the bias.
names = {"sep/pointwise_kernel": "point/kernel", "sep/bias": "point/bias"}
write("Separable", randomise(separable()), names)
