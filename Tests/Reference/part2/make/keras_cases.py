"""Recurrent layers as Keras computes them, with Keras's names and layouts of the weights."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

import keras
import numpy as np
import tensorflow as tf

from fixtures import difference, write_case


def make_keras(folder):
    length, inputs, units = 5, 3, 4

    def case(name, op, *, both=False, last=False, bias=True, note=None):
        random = np.random.default_rng(sum(map(ord, name)))
        draw = lambda shape, scale=1.0: (random.standard_normal(shape) * scale).astype(np.float32)
        x = draw((2, length, inputs))

        def build(dtype):
            kind = keras.layers.LSTM if op == "lstm" else keras.layers.GRU
            layer = kind(units, return_sequences=not last, use_bias=bias, dtype=dtype)
            if both:
                layer = keras.layers.Bidirectional(layer, merge_mode="concat", dtype=dtype)
            layer.build((None, length, inputs))
            return layer

        def key(weight):
            parts = weight.path.split("/")
            direction = "backward_" if parts[-3].startswith("backward") else "forward_"
            return (direction if both else "") + weight.name

        weights = {key(weight): draw(weight.shape, 0.5) for weight in build("float64").weights}

        def run(dtype):
            layer = build(dtype)
            for weight in layer.weights:
                weight.assign(weights[key(weight)])
            entered = tf.constant(x, dtype)
            with tf.GradientTape() as tape:
                tape.watch(entered)
                y = layer(entered)
                loss = tf.reduce_sum(y * y) / 2
            sources = [entered] + [weight.value for weight in layer.weights]
            found = tape.gradient(loss, sources)
            named = ["dx"] + ["d" + key(weight) for weight in layer.weights]
            return {"y": y.numpy()} | {label: gradient.numpy() for label, gradient in zip(named, found)}

        precise, rough = run("float64"), run("float32")
        differences = {label: difference({0: precise[label]}, {0: rough[label]}) for label in precise}
        attrs = {"in_features": inputs, "units": units, "both": both, "bias": bias, "last": last, "steps": length,
                 "gates": "i f c o" if op == "lstm" else "z r h"}
        if op == "gru":
            attrs["reset_after"] = True
        write_case(folder, name=name, op=op, source=f"keras {keras.__version__} (tensorflow {tf.__version__})",
                   layout="N..C", attrs=attrs, loss="sum(y*y)/2", differences=differences, note=note,
                   tensors={"x": x} | weights | precise)

    case("keras_lstm", "lstm", note="kernel is (in, 4 units), recurrent_kernel (units, 4 units), one bias (4 units)")
    case("keras_lstm_both", "lstm", both=True)
    case("keras_lstm_last", "lstm", last=True)
    case("keras_lstm_both_last", "lstm", both=True, last=True,
         note="y is the last step of the forward direction and step 0 of the backward one")
    case("keras_lstm_no_bias", "lstm", bias=False)
    case("keras_gru", "gru", note="reset_after: bias is (2, 3 units), that of the kernel and that of the recurrent one")
    case("keras_gru_both", "gru", both=True)
    case("keras_gru_last", "gru", last=True)
    case("keras_gru_no_bias", "gru", bias=False)
