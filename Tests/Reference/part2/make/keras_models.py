"""Makes `models/vae_keras.json`: the convolutional variational autoencoder of Keras's examples, latent space of 2.

    python keras_models.py --out <folder>
"""

import argparse
import os
import pathlib

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import tensorflow as tf

from fixtures import write_model
from rows import FULL, NONE, field_json, through_window


class Sampling(keras.layers.Layer):
    """mean + exp(half the logarithm of the variance) * noise."""

    def call(self, inputs):
        mean, log_variance = inputs
        return mean + keras.ops.exp(0.5 * log_variance) * keras.random.normal(keras.ops.shape(mean))


def autoencoder():
    layers = keras.layers
    x = entered = keras.Input((28, 28, 1), name="x")
    x = layers.Conv2D(32, 3, activation="relu", strides=2, padding="same", name="encoder.conv1")(x)
    x = layers.Conv2D(64, 3, activation="relu", strides=2, padding="same", name="encoder.conv2")(x)
    x = layers.Dense(16, activation="relu", name="encoder.dense")(layers.Flatten(name="encoder.flatten")(x))
    mean, log_variance = layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)
    z = Sampling(name="z")([mean, log_variance])
    y = layers.Dense(7 * 7 * 64, activation="relu", name="decoder.dense")(z)
    y = layers.Reshape((7, 7, 64), name="decoder.reshape")(y)
    y = layers.Conv2DTranspose(64, 3, activation="relu", strides=2, padding="same", name="decoder.convt1")(y)
    y = layers.Conv2DTranspose(32, 3, activation="relu", strides=2, padding="same", name="decoder.convt2")(y)
    y = layers.Conv2DTranspose(1, 3, activation="sigmoid", padding="same", name="decoder.convt3")(y)
    return keras.Model(entered, [mean, log_variance, y])


def same_padding(extent, kernel, stride):
    """What TensorFlow pads before and after an axis with padding "same"."""
    total = max((-(-extent // stride) - 1) * stride + kernel - extent, 0)
    return total // 2, total - total // 2


class Rows:
    """Walks a functional model of Keras in its order."""

    def __init__(self, model):
        self.rows, self.found, self.model = [], {}, model
        for layer in model.layers:
            method = getattr(self, f"layer_{type(layer).__name__.lower()}")
            method(layer, [self.found[id(tensor)] for tensor in self.inputs(layer)])

    @staticmethod
    def inputs(layer):
        node = layer._inbound_nodes[0]
        return [] if not node.parent_nodes else node.arguments.keras_tensors

    def add(self, name, op, inputs, out, field, attrs=None, params=0, macs=0):
        row = {"id": len(self.rows), "name": name, "op": op, "in": [row["id"] for row, _ in inputs],
               "in_shape": [row["out"] for row, _ in inputs], "attrs": attrs or {}, "out": list(out), "params": params,
               "macs": macs, "rf": field_json(field)}
        self.rows.append(row)
        return row, field

    def keep(self, layer, found):
        self.found[id(layer.output)] = found

    def layer_inputlayer(self, layer, inputs):
        self.keep(layer, self.add(layer.name, "input", [], layer.output.shape[1:], [(1, 1, 0)] * 2))

    def activation(self, layer):
        name = layer.activation.__name__
        return {} if name == "linear" else {"activation": name}

    def convolution(self, layer, inputs, transposed):
        (row, field), = inputs
        kernel, stride = list(layer.kernel_size), list(layer.strides)
        cin, cout = row["out"][-1], layer.filters
        # A transposed convolution crops what the convolution from its output to its input pads.
        extents = list(layer.output.shape[1:3]) if transposed else row["out"][:2]
        pad = [same_padding(extents[i], kernel[i], stride[i]) for i in (0, 1)]
        attrs = {"kernel": kernel, "stride": stride, "padding": layer.padding, "pad": [*pad[0], *pad[1]],
                 "dilation": list(layer.dilation_rate), "bias": layer.use_bias, "in_channels": cin,
                 "out_channels": cout, "groups": 1}
        out = list(layer.output.shape[1:])
        cells = row["out"] if transposed else out
        macs = cells[0] * cells[1] * kernel[0] * kernel[1] * cin * cout
        if transposed:
            field = NONE
        else:
            field = through_window(field, kernel, stride, [side[0] for side in pad], layer.dilation_rate)
        op = "conv_transpose2d" if transposed else "conv2d"
        self.keep(layer, self.add(layer.name, op, inputs, out, field, attrs | self.activation(layer),
                                  layer.count_params(), macs))

    def layer_conv2d(self, layer, inputs):
        self.convolution(layer, inputs, transposed=False)

    def layer_conv2dtranspose(self, layer, inputs):
        self.convolution(layer, inputs, transposed=True)

    def layer_flatten(self, layer, inputs):
        self.keep(layer, self.add(layer.name, "flatten", inputs, layer.output.shape[1:], FULL))

    def layer_reshape(self, layer, inputs):
        out = list(layer.output.shape[1:])
        self.keep(layer, self.add(layer.name, "reshape", inputs, out, FULL, {"shape": out}))

    def layer_dense(self, layer, inputs):
        entered, units = inputs[0][0]["out"][-1], layer.units
        attrs = {"in_features": entered, "out_features": units, "bias": layer.use_bias} | self.activation(layer)
        self.keep(layer, self.add(layer.name, "linear", inputs, [units], FULL, attrs, layer.count_params(),
                                  entered * units))

    def layer_sampling(self, layer, inputs):
        mean, log_variance = inputs
        out = mean[0]["out"]
        halved = self.add(f"{layer.name}.mul", "mul", [log_variance], out, FULL,
                          {"constants": [{"position": 0, "value": 0.5}]})
        deviation = self.add(f"{layer.name}.exp", "exp", [halved], out, FULL)
        noise = self.add(f"{layer.name}.noise", "noise", [mean], out, "constant")
        product = self.add(f"{layer.name}.mul_1", "mul", [deviation, noise], out, FULL)
        self.keep(layer, self.add(f"{layer.name}.add", "add", [mean, product], out, FULL))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
    folder = parser.parse_args().out
    model = autoencoder()
    walked = Rows(model)
    rows = walked.rows
    total = model.count_params()
    assert total == sum(row["params"] for row in rows)
    part = lambda names: sum(row["params"] for row in rows if row["name"].startswith(names))
    encoder, decoder = part(("encoder", "z_")), part("decoder")
    write_model(
        folder, name="vae_keras",
        source=f"keras {keras.__version__} (tensorflow {tf.__version__}), after keras.io's example of a VAE",
        layout="HWC (NHWC without the batch)", inputs={"x": (28, 28, 1)},
        outputs=[walked.found[id(output)][0]["id"] for output in model.outputs],
        shapes=[list(output.shape[1:]) for output in model.outputs],
        params={"total": total, "trainable": total, "non_trainable": 0, "running_stats": 0,
                "convention": "Keras: total = trainable + non_trainable"},
        macs=sum(row["macs"] for row in rows),
        macs_convention="conv, transposed conv and dense multiply-accumulates only, bias excluded, batch 1: transposed "
                        "conv = in elements x kernel x cout",
        crosscheck={"published": {"encoder": 69076, "decoder": 65089, "where": "the example's summary",
                                  "agrees": (encoder, decoder) == (69076, 65089)}},
        note="Outputs: mean and logarithm of the variance, then the picture. Encoder 69,076 and decoder 65,089 "
             "parameters. pad of a transposed convolution is what TensorFlow cuts from the full (in - 1) x stride + "
             "kernel. noise takes the extents of the mean alone. The reshape and flatten are in the order row, column, "
             "channel. The layers' names are ours: Keras numbers them.",
        rows=rows)


if __name__ == "__main__":
    main()
