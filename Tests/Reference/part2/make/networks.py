"""Networks that no installed library has, written in PyTorch from their papers and published configurations.

Modules bear the names of the implementations whose weights are in use, so that weight files of those load.
"""

import torch
import torch.nn.functional as F
import torchvision
from torch import nn

from rows import Attention


class KochTower(nn.Sequential):
    """The tower of Koch, Zemel and Salakhutdinov, "Siamese Neural Networks for One-shot Image Recognition", 2015."""

    def __init__(self):
        super().__init__()
        self.conv1, self.relu1, self.pool1 = nn.Conv2d(1, 64, 10), nn.ReLU(), nn.MaxPool2d(2)
        self.conv2, self.relu2, self.pool2 = nn.Conv2d(64, 128, 7), nn.ReLU(), nn.MaxPool2d(2)
        self.conv3, self.relu3, self.pool3 = nn.Conv2d(128, 128, 4), nn.ReLU(), nn.MaxPool2d(2)
        self.conv4, self.relu4 = nn.Conv2d(128, 256, 4), nn.ReLU()
        self.flatten, self.fc, self.sigmoid = nn.Flatten(), nn.Linear(9216, 4096), nn.Sigmoid()


class KochSiamese(nn.Module):
    def __init__(self):
        super().__init__()
        self.tower = KochTower()
        self.fc = nn.Linear(4096, 1)

    def forward(self, left, right):
        return torch.sigmoid(self.fc(torch.abs(self.tower(left) - self.tower(right))))


class DenseBlock(nn.Module):
    """Five convolutions, each of which reads all that came before; 0.2 of their result is added to the input."""

    def __init__(self, filters, growth):
        super().__init__()
        for i in range(1, 6):
            outputs = growth if i < 5 else filters
            setattr(self, f"conv{i}", nn.Conv2d(filters + (i - 1) * growth, outputs, 3, padding=1))
        self.lrelu = nn.LeakyReLU(0.2)

    def forward(self, x):
        gathered = [x]
        for i in range(1, 5):
            entered = gathered[0] if i == 1 else torch.cat(gathered, 1)
            gathered.append(self.lrelu(getattr(self, f"conv{i}")(entered)))
        return self.conv5(torch.cat(gathered, 1)) * 0.2 + x


class RRDB(nn.Module):
    def __init__(self, filters, growth):
        super().__init__()
        self.RDB1, self.RDB2, self.RDB3 = (DenseBlock(filters, growth) for _ in range(3))

    def forward(self, x):
        return self.RDB3(self.RDB2(self.RDB1(x))) * 0.2 + x


class RRDBNet(nn.Module):
    """The generator of ESRGAN (Wang et al. 2018), four times as large."""

    def __init__(self, filters=64, blocks=23, growth=32):
        super().__init__()
        self.conv_first = nn.Conv2d(3, filters, 3, padding=1)
        self.RRDB_trunk = nn.Sequential(*(RRDB(filters, growth) for _ in range(blocks)))
        self.trunk_conv, self.upconv1, self.upconv2, self.HRconv = (
            nn.Conv2d(filters, filters, 3, padding=1) for _ in range(4))
        self.conv_last = nn.Conv2d(filters, 3, 3, padding=1)
        self.lrelu = nn.LeakyReLU(0.2)

    def forward(self, x):
        x = self.conv_first(x)
        x = x + self.trunk_conv(self.RRDB_trunk(x))
        for conv in (self.upconv1, self.upconv2):
            x = self.lrelu(conv(F.interpolate(x, scale_factor=2, mode="nearest")))
        return self.conv_last(self.lrelu(self.HRconv(x)))


class NonLocalBlock(nn.Module):
    """The embedded Gaussian form of Wang et al., "Non-local Neural Networks", 2018, figure 2, on a map."""

    def __init__(self, channels):
        super().__init__()
        inner = channels // 2
        self.theta, self.phi, self.g = (nn.Conv2d(channels, inner, 1) for _ in range(3))
        self.attention = Attention(heads=1, scaled=False)
        self.W = nn.Sequential(nn.Conv2d(inner, channels, 1), nn.BatchNorm2d(channels))

    def forward(self, x):
        return self.W(self.attention(self.theta(x), self.phi(x), self.g(x))) + x


def non_local_resnet50():
    """ResNet-50 with one non-local block before the last residual block of its fourth stage."""
    network = torchvision.models.resnet50(weights=None)
    blocks = list(network.layer3)
    network.layer3 = nn.Sequential(*blocks[:-1], NonLocalBlock(1024), blocks[-1])
    return network


class WaveNet(nn.Module):
    """WaveNet (van den Oord et al. 2016): gated dilated causal convolutions with residual and skip connections.

    Three times dilations 1, 2, ..., 512, kernels of two. The paper gives no widths for speech; these are the common
    ones. A causal convolution pads its input on the left by its dilation. The last layer has no residual convolution,
    as nothing would read it.
    """

    def __init__(self, layers=10, cycles=3, residual=32, dilated=32, skip=256, end=256, classes=256):
        super().__init__()
        self.dilations = [2 ** i for _ in range(cycles) for i in range(layers)]
        count = len(self.dilations)
        self.start_conv = nn.Conv1d(classes, residual, 2)
        self.filter_convs, self.gate_convs = (
            nn.ModuleList(nn.Conv1d(residual, dilated, 2, dilation=d) for d in self.dilations) for _ in range(2))
        self.residual_convs = nn.ModuleList(nn.Conv1d(dilated, residual, 1) for _ in range(count - 1))
        self.skip_convs = nn.ModuleList(nn.Conv1d(dilated, skip, 1) for _ in range(count))
        self.end_conv_1, self.end_conv_2 = nn.Conv1d(skip, end, 1), nn.Conv1d(end, classes, 1)

    def forward(self, x):
        x = self.start_conv(F.pad(x, (1, 0)))
        total = None
        for i, dilation in enumerate(self.dilations):
            padded = F.pad(x, (dilation, 0))
            gated = torch.tanh(self.filter_convs[i](padded)) * torch.sigmoid(self.gate_convs[i](padded))
            skip = self.skip_convs[i](gated)
            total = skip if total is None else total + skip
            if i < len(self.residual_convs):
                x = self.residual_convs[i](gated) + x
        return self.end_conv_2(F.relu(self.end_conv_1(F.relu(total))))


class YOLOConv(nn.Module):
    def __init__(self, inputs, outputs, kernel=1, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3, momentum=0.03)
        self.act = nn.SiLU()

    def forward(self, x):
        return self.act(self.bn(self.conv(x)))


class YOLOBottleneck(nn.Module):
    def __init__(self, channels, shortcut):
        super().__init__()
        self.cv1, self.cv2 = YOLOConv(channels, channels, 3), YOLOConv(channels, channels, 3)
        self.shortcut = shortcut

    def forward(self, x):
        y = self.cv2(self.cv1(x))
        return x + y if self.shortcut else y


class C2f(nn.Module):
    def __init__(self, inputs, outputs, count, shortcut=False):
        super().__init__()
        half = outputs // 2
        self.cv1 = YOLOConv(inputs, outputs)
        self.cv2 = YOLOConv((2 + count) * half, outputs)
        self.m = nn.ModuleList(YOLOBottleneck(half, shortcut) for _ in range(count))

    def forward(self, x):
        parts = list(self.cv1(x).chunk(2, 1))
        for block in self.m:
            parts.append(block(parts[-1]))
        return self.cv2(torch.cat(parts, 1))


class SPPF(nn.Module):
    def __init__(self, channels, kernel=5):
        super().__init__()
        self.cv1, self.cv2 = YOLOConv(channels, channels // 2), YOLOConv(channels * 2, channels)
        self.m = nn.MaxPool2d(kernel, 1, kernel // 2)

    def forward(self, x):
        parts = [self.cv1(x)]
        for _ in range(3):
            parts.append(self.m(parts[-1]))
        return self.cv2(torch.cat(parts, 1))


class Concat(nn.Module):
    def forward(self, parts):
        return torch.cat(parts, 1)


class Detect(nn.Module):
    """The heads of three levels. Each gives the 64 numbers of the box distributions, then the classes.

    The convolution `dfl` of 16 fixed weights, which turns distributions into distances, belongs to decoding and is not
    here.
    """

    def __init__(self, classes, channels, bins=16):
        super().__init__()
        boxes = max(16, channels[0] // 4, bins * 4)
        scores = max(channels[0], min(classes, 100))
        self.cv2 = nn.ModuleList(
            nn.Sequential(YOLOConv(c, boxes, 3), YOLOConv(boxes, boxes, 3), nn.Conv2d(boxes, 4 * bins, 1))
            for c in channels)
        self.cv3 = nn.ModuleList(
            nn.Sequential(YOLOConv(c, scores, 3), YOLOConv(scores, scores, 3), nn.Conv2d(scores, classes, 1))
            for c in channels)

    def forward(self, levels):
        return [torch.cat([box(x), score(x)], 1) for box, score, x in zip(self.cv2, self.cv3, levels)]


class YOLOv8n(nn.Module):
    """YOLOv8 nano: the published configuration with depth 0.33 and width 0.25."""

    def __init__(self, classes=80):
        super().__init__()
        up = lambda: nn.Upsample(scale_factor=2, mode="nearest")
        self.model = nn.ModuleList([
            YOLOConv(3, 16, 3, 2), YOLOConv(16, 32, 3, 2), C2f(32, 32, 1, True), YOLOConv(32, 64, 3, 2),
            C2f(64, 64, 2, True), YOLOConv(64, 128, 3, 2), C2f(128, 128, 2, True), YOLOConv(128, 256, 3, 2),
            C2f(256, 256, 1, True), SPPF(256), up(), Concat(), C2f(384, 128, 1), up(), Concat(), C2f(192, 64, 1),
            YOLOConv(64, 64, 3, 2), Concat(), C2f(192, 128, 1), YOLOConv(128, 128, 3, 2), Concat(), C2f(384, 256, 1),
            Detect(classes, [64, 128, 256])])
        # What the layers with several inputs read, beside the layer before them.
        self.reads = {11: 6, 14: 4, 17: 12, 20: 9}

    def forward(self, x):
        results = []
        for i, layer in enumerate(self.model):
            if i in self.reads:
                x = layer([x, results[self.reads[i]]])
            elif isinstance(layer, Detect):
                x = layer([results[15], results[18], results[21]])
            else:
                x = layer(x)
            results.append(x)
        return x


class BidirectionalLSTM(nn.Module):
    def __init__(self, inputs, units, outputs):
        super().__init__()
        self.rnn = nn.LSTM(inputs, units, bidirectional=True, batch_first=True)
        self.embedding = nn.Linear(2 * units, outputs)

    def forward(self, x):
        return self.embedding(self.rnn(x)[0])


class CRNN(nn.Module):
    """Shi, Bai and Yao, "An End-to-End Trainable Neural Network for Image-based Sequence Recognition", 2015."""

    def __init__(self, classes=37, units=256):
        super().__init__()
        self.cnn = nn.Sequential()
        channels, widths = 1, (64, 128, 256, 256, 512, 512, 512)
        for i, width in enumerate(widths):
            last = i == len(widths) - 1
            self.cnn.add_module(f"conv{i}", nn.Conv2d(channels, width, 2 if last else 3, padding=0 if last else 1))
            if i in (2, 4, 6):
                self.cnn.add_module(f"batchnorm{i}", nn.BatchNorm2d(width))
            self.cnn.add_module(f"relu{i}", nn.ReLU())
            if i in (0, 1):
                self.cnn.add_module(f"pooling{i}", nn.MaxPool2d(2))
            elif i in (3, 5):
                self.cnn.add_module(f"pooling{(i + 1) // 2}", nn.MaxPool2d(2, (2, 1), (0, 1)))
            channels = width
        self.rnn = nn.Sequential(BidirectionalLSTM(512, units, units), BidirectionalLSTM(units, units, classes))

    def forward(self, x):
        return self.rnn(self.cnn(x).squeeze(2).permute(0, 2, 1))


class SegNet(nn.Module):
    """Badrinarayanan, Kendall and Cipolla, "SegNet", 2015: VGG-16's convolutions, then their mirror.

    Each pooling's places are used where the decoder puts the values back.
    """

    WIDTHS = [[64, 64], [128, 128], [256, 256, 256], [512, 512, 512], [512, 512, 512]]

    def __init__(self, classes=11):
        super().__init__()
        channels = 3
        for stage, widths in enumerate(self.WIDTHS, 1):
            for i, width in enumerate(widths, 1):
                self.unit(f"conv{stage}_{i}", channels, width)
                channels = width
        for stage in range(5, 0, -1):
            widths = self.WIDTHS[stage - 1]
            for i in range(len(widths), 0, -1):
                below = widths[i - 2] if i > 1 else (self.WIDTHS[stage - 2][-1] if stage > 1 else classes)
                self.unit(f"conv{stage}_{i}_D", channels, below, normalized=(stage, i) != (1, 1))
                channels = below
        self.pool = nn.MaxPool2d(2, return_indices=True)
        self.unpool = nn.MaxUnpool2d(2)
        self.relu = nn.ReLU()

    def unit(self, name, inputs, outputs, normalized=True):
        setattr(self, name, nn.Conv2d(inputs, outputs, 3, padding=1))
        if normalized:
            setattr(self, name + "_bn", nn.BatchNorm2d(outputs))

    def run(self, name, x):
        x = getattr(self, name)(x)
        return self.relu(getattr(self, name + "_bn")(x)) if hasattr(self, name + "_bn") else x

    def forward(self, x):
        pools = []
        for stage, widths in enumerate(self.WIDTHS, 1):
            for i in range(1, len(widths) + 1):
                x = self.run(f"conv{stage}_{i}", x)
            size = x.shape[2:]
            x, places = self.pool(x)
            pools.append((places, size))
        for stage in range(5, 0, -1):
            places, size = pools[stage - 1]
            x = self.unpool(x, places, output_size=size)
            for i in range(len(self.WIDTHS[stage - 1]), 0, -1):
                x = self.run(f"conv{stage}_{i}_D", x)
        return x


class UNetLevel(nn.Module):
    """One level of the generator of pix2pix: down, the level below, up; then beside what came in."""

    def __init__(self, outer, inner, below=None, *, inputs=None, outermost=False, dropout=False):
        super().__init__()
        self.outermost = outermost
        down = nn.Conv2d(inputs or outer, inner, 4, 2, 1, bias=False)
        up = nn.ConvTranspose2d(inner * (2 if below else 1), outer, 4, 2, 1, bias=outermost)
        if outermost:
            layers = [down, below, nn.ReLU(True), up, nn.Tanh()]
        else:
            layers = [nn.LeakyReLU(0.2, True), down]
            layers += [nn.BatchNorm2d(inner), below] if below else []
            layers += [nn.ReLU(True), up, nn.BatchNorm2d(outer)] + ([nn.Dropout(0.5)] if dropout else [])
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x) if self.outermost else torch.cat([x, self.model(x)], 1)


class UNet256(nn.Module):
    """The generator of pix2pix (Isola et al. 2017) for 256x256."""

    def __init__(self, inputs=3, outputs=3, filters=64):
        super().__init__()
        level = UNetLevel(filters * 8, filters * 8)
        for _ in range(3):
            level = UNetLevel(filters * 8, filters * 8, level, dropout=True)
        for factor in (4, 2, 1):
            level = UNetLevel(filters * factor, filters * factor * 2, level)
        self.model = UNetLevel(outputs, filters, level, inputs=inputs, outermost=True)

    def forward(self, x):
        return self.model(x)


class PatchGAN(nn.Module):
    """The discriminator of pix2pix, each of whose outputs sees 70x70 cells."""

    def __init__(self, inputs=6, filters=64):
        super().__init__()
        layers = [nn.Conv2d(inputs, filters, 4, 2, 1), nn.LeakyReLU(0.2, True)]
        for i, stride in ((1, 2), (2, 2), (3, 1)):
            width = filters * 2 ** i
            layers += [nn.Conv2d(width // 2, width, 4, stride, 1, bias=False), nn.BatchNorm2d(width),
                       nn.LeakyReLU(0.2, True)]
        self.model = nn.Sequential(*layers, nn.Conv2d(filters * 8, 1, 4, 1, 1))

    def forward(self, x):
        return self.model(x)


class RetinaNetMaps(nn.Module):
    """torchvision's RetinaNet up to the maps of its two heads at five levels, before they are flattened and joined."""

    def __init__(self):
        super().__init__()
        network = torchvision.models.detection.retinanet_resnet50_fpn(weights=None, weights_backbone=None)
        self.backbone, self.head = network.backbone, network.head

    def forward(self, x):
        levels = list(self.backbone(x).values())
        classes, boxes = self.head.classification_head, self.head.regression_head
        scores = [classes.cls_logits(classes.conv(level)) for level in levels]
        return scores, [boxes.bbox_reg(boxes.conv(level)) for level in levels]
