"""Makes `models/<name>.json`, every executed operation of a network, and `models.json`, their totals.

    python make_models.py --out <folder> [name ...]

Weights are random or absent: networks of PyTorch lie on the meta device, and only shapes and counts are written.
"""

import argparse
import pathlib

import timm
import torch
import torchvision
from fvcore.nn import FlopCountAnalysis
from torch.utils.flop_counter import FlopCounterMode

import networks
from fixtures import write_model
from rows import record

torch.set_num_threads(1)

TORCHVISION = f"torchvision {torchvision.__version__}"
TIMM = f"timm {timm.__version__}"
LAYOUT = ("CHW (PyTorch NCHW without the batch), CL for sequences; rows marked layout HWC are channels-last; "
          "[features] after flatten")
MACS = ("conv, transposed conv, linear, attention, matmul and recurrent multiply-accumulates only, bias excluded, "
        "batch 1: conv = out elements x kernel x cin/groups; transposed conv = in elements x kernel x cout/groups; "
        "linear = out elements x in features; attention = cells of q x cells of k x (channels of q + channels of v); "
        "lstm = steps x 4 x units x (in + units), twice for both directions. Operations that run again count again.")
PARAMS = ("PyTorch: parameters(), once where several operations share them; batch-norm running statistics are buffers, "
          "counted apart")

# name: (source, how it is built, inputs, note, what is published and found equal)
MODELS = {
    "retinanet_resnet50_fpn": (
        f"{TORCHVISION} torchvision.models.detection.retinanet_resnet50_fpn(weights=None): backbone, FPN and heads",
        networks.RetinaNetMaps, {"x": (3, 512, 512)},
        "Outputs: class maps (9 anchors x 91 classes) of levels 3 to 7, then box maps (9 x 4). The heads run on five "
        "levels with one set of weights. Without weights torchvision puts trainable batch norms into the backbone; its "
        "published 34,014,999 parameters count frozen ones (53,120) as buffers. P6 and P7 are made from P5.",
        {"params": 34014999, "where": "RetinaNet_ResNet50_FPN_Weights.COCO_V1", "less": 53120}),
    "siamese_koch": (
        "hand-built: Koch et al. 2015", networks.KochSiamese, {"left": (1, 105, 105), "right": (1, 105, 105)},
        "The tower runs on both inputs; distance |a - b|, dense 1, sigmoid. The paper's weighted L1 distance is the "
        "last dense layer.", {"params": 38951745, "where": "papers that use it"}),
    "esrgan_rrdbnet": (
        "hand-built: Wang et al. 2018, names of the authors' PyTorch version", networks.RRDBNet, {"x": (3, 32, 32)},
        "64 filters, 23 blocks, growth 32, x4", {"params": 16697987, "where": "the authors' RRDBNet"}),
    "convnextv2_tiny": (
        f"{TIMM} convnextv2_tiny", lambda: timm.create_model("convnextv2_tiny"), {"x": (3, 224, 224)},
        "The GRN's arithmetic as timm runs it: norm over cells, mean over channels, addcmul (a mul and an add row).",
        {"params_millions": 28.64, "gmacs": 4.47, "where": "timm, whose multiply-adds are fvcore's total"}),
    "nonlocal_resnet50": (
        f"{TORCHVISION} resnet50 with a hand-built non-local block (Wang et al. 2018) as layer3.5",
        networks.non_local_resnet50, {"x": (3, 224, 224)},
        "Embedded Gaussian, 512 inner channels, not subsampled, not scaled; layer3's last block is layer3.6. The row "
        "attention stands for both matrix products and the softmax.",
        {"params": 25557032 + 2101760, "where": "ResNet-50 and 2,101,760 of the block by hand"}),
    "hrnet_w18": (
        f"{TIMM} hrnet_w18", lambda: timm.create_model("hrnet_w18"), {"x": (3, 224, 224)}, None,
        {"params_millions": 21.30, "gmacs": 4.32, "where": "timm, whose multiply-adds are fvcore's total"}),
    "wavenet": (
        "hand-built: van den Oord et al. 2016", networks.WaveNet, {"x": (256, 4096)},
        "30 layers (3 x dilations 1 to 512), kernels of 2, 32 residual, 32 dilated, 256 skip and 256 end channels, 256 "
        "classes, biases everywhere, separate filter and gate convolutions, zeros padded on the left; the last layer has "
        "no residual convolution. Receptive field 3,071 samples.", None),
    "yolov8n": (
        "hand-built from the published configuration of YOLOv8n, names of the publisher's modules",
        networks.YOLOv8n, {"x": (3, 640, 640)},
        "Three outputs at strides 8, 16 and 32: 64 box and 80 class channels. Without the DFL convolution (16 fixed "
        "weights), which decoding uses: with it the published 3,157,200.",
        {"params": 3157200, "less": -16, "gflops": 8.7, "where": "published for 640 x 640, DFL's 16 among them"}),
    "repvgg_a0": (
        f"{TIMM} repvgg_a0, the form for training", lambda: timm.create_model("repvgg_a0"), {"x": (3, 224, 224)}, None,
        {"params_millions": 9.11, "gmacs": 1.52, "where": "timm, whose multiply-adds are fvcore's total"}),
    "efficientnet_v2_s": (
        f"{TORCHVISION} torchvision.models.efficientnet_v2_s(weights=None)",
        lambda: torchvision.models.efficientnet_v2_s(weights=None), {"x": (3, 384, 384)}, None,
        {"params": 21458488, "gmacs": 8.366, "where": "EfficientNet_V2_S_Weights.IMAGENET1K_V1"}),
    "crnn": (
        "hand-built: Shi et al. 2015, names of the common PyTorch version", networks.CRNN, {"x": (1, 32, 100)},
        "37 classes at each of 26 steps; two bidirectional LSTMs of 256, each with a linear layer after it. Sequences "
        "are (steps, channels).", {"params_millions": 8.3, "where": "the paper"}),
    "segnet": (
        "hand-built: Badrinarayanan et al. 2015, names of the authors' Caffe version", networks.SegNet,
        {"x": (3, 360, 480)},
        "11 classes. Pooling rounds down (Caffe's rounds up); unpooling gives the extents back that the pool of the same "
        "stage had: in of max_unpool2d are the values and the input of that pool, attrs.pool is its row.",
        {"params_millions": 29.4, "where": "papers that compare with it; classes differ"}),
    "pix2pix_generator": (
        "hand-built: Isola et al. 2017, structure and names of the authors' PyTorch version (unet_256, batch norm, "
        "dropout)", networks.UNet256, {"x": (3, 256, 256)},
        "The LeakyReLU before each down convolution works in place: the skip connection carries its result.",
        {"params_millions": 54.414, "where": "the authors' PyTorch version"}),
    "pix2pix_discriminator": (
        "hand-built: Isola et al. 2017, structure and names of the authors' PyTorch version (basic, 3 layers)",
        networks.PatchGAN, {"x": (6, 256, 256)}, "The two images enter side by side in the channels.",
        {"params_millions": 2.769, "where": "the authors' PyTorch version"}),
}

# Networks that fvcore can follow, and whose time is short on any machine.
FVCORE = {"convnextv2_tiny", "hrnet_w18", "repvgg_a0", "efficientnet_v2_s", "siamese_koch", "pix2pix_discriminator"}


def fvcore_counts(model, inputs, macs):
    """What fvcore counts on a real run: convolutions and linear layers, and apart from them norms and pools."""
    model = model.to_empty(device="cpu")
    analysis = FlopCountAnalysis(model, tuple(torch.zeros(tensor.shape) for tensor in inputs))
    counts = analysis.unsupported_ops_warnings(False).uncalled_modules_warnings(False).by_operator()
    ours = int(sum(counts.pop(key, 0) for key in ("conv", "linear")))
    return {"total": ours + int(sum(counts.values())), "conv_and_linear": ours, "same_as_macs": ours == macs,
            "other": {key: int(value) for key, value in counts.items()}}


def agrees(published, parameters, macs):
    """Whether the published figures, at their own precision, are ours."""
    if "params" in published and published["params"] + published.get("less", 0) != parameters:
        return False
    checks = (("params_millions", parameters / 1e6), ("gmacs", macs / 1e9))
    for key, value in checks:
        if key in published:
            digits = len(str(published[key]).partition(".")[2])
            if abs(published[key] - value) > 0.51 * 10 ** -digits:
                return False
    return True


def make_torch(folder, name):
    source, build, inputs, note, published = MODELS[name]
    with torch.device("meta"):
        model = build().eval()
        entered = {key: torch.empty(1, *shape) for key, shape in inputs.items()}
    rows, outputs, shapes = record(model, entered)
    parameters = sum(parameter.numel() for parameter in model.parameters())
    listed = sum(row["params"] for row in rows)
    statistics = sum(row.get("running_stats", 0) for row in rows)
    macs = sum(row["macs"] for row in rows)
    if listed != parameters:
        raise AssertionError(f"{name}: {listed} parameters in rows, {parameters} in the model")
    crosscheck = {}
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        model(*entered.values())
    flops = counter.get_total_flops()
    crosscheck["torch_flop_counter"] = {"flops": flops, "is_twice_macs": flops == 2 * macs}
    counted = macs
    if name in FVCORE:
        crosscheck["fvcore"] = fvcore_counts(model, list(entered.values()), macs)
        if source.startswith(TIMM):
            counted = crosscheck["fvcore"]["total"]
    if published:
        crosscheck["published"] = published | {"agrees": agrees(published, parameters, counted)}
    write_model(
        folder, name=name, source=source, layout=LAYOUT, inputs=inputs, outputs=outputs, shapes=shapes,
        params={"total": parameters, "trainable": parameters, "non_trainable": 0, "running_stats": statistics,
                "convention": PARAMS},
        macs=macs, macs_convention=MACS, crosscheck=crosscheck, note=note, rows=rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("names", nargs="*", help="all networks of PyTorch without one; vae_keras needs Keras")
    arguments = parser.parse_args()
    for name in arguments.names or MODELS:
        print(name, flush=True)
        make_torch(arguments.out, name)


if __name__ == "__main__":
    main()
