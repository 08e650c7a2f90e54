#!/usr/bin/env bash
# Times `cnn lint` as a whole process against two others:
#
#   * a Swift program, linked the same way, that only prints its arguments: what no command can be faster than;
#   * `protoc` (Debian: protobuf-compiler), which reads the same network written for Caffe, and checks nothing but the
#     types of its fields.
#
# The network has 200 lines of .cnn and, with the scale that Caffe wants behind each batch norm, 180 Caffe layers. The
# processes run in turns, so compare the ratios; the times are those of a machine that may do other things.
#
#     Sources/cnn-bench/compare.sh [SCRATCH] [ROUNDS]
#
# SCRATCH (default: .build-compare) is a folder for the release build and the generated files; ROUNDS is 500.
set -euo pipefail
cd "$(dirname "$0")/../.."

scratch=${1:-.build-compare}
rounds=${2:-500}
mkdir -p "$scratch/compare"
files=$(cd "$scratch/compare" && pwd)

# macOS has no static executables, and strips in another way.
build=(-c release --scratch-path "$scratch")
compile=(-O)
if [ "$(uname)" = Linux ]; then
  build+=(-Xswiftc -static-executable -Xlinker -s)
  compile+=(-static-executable -Xlinker -s)
fi
swift build "${build[@]}" --product cnn
swift build "${build[@]}" --product cnn-bench
products=$(swift build "${build[@]}" --show-bin-path)

echo 'print(CommandLine.arguments.dropFirst().joined(separator: " "))' >"$files/arguments.swift"
swiftc "${compile[@]}" "$files/arguments.swift" -o "$files/arguments"

# Nineteen blocks of ten lines, and a head.
{
  printf 'model Compared {\n  input 32x32x32\n'
  for _ in {1..19}; do
    cat <<'BLOCK'
  add {
    - conv 32, 3x3, pad 1, bias off
      batchnorm
      relu
      conv 32, 3x3, pad 1
    - identity
  }
  relu
  dropout 0.2
  maxpool 3x3, stride 1, pad 1
BLOCK
  done
  printf '  %s\n' 'conv 64, 1x1, stride 2, bias off' batchnorm relu globalavgpool 'dense 100' relu 'dropout 0.5'
  printf '}\n'
} >"$files/net.cnn"

cat >"$files/net.proto" <<'SCHEMA'
syntax = "proto2";

message NetParameter {
  optional string name = 1;
  repeated LayerParameter layer = 2;
}

message LayerParameter {
  optional string name = 1;
  optional string type = 2;
  repeated string bottom = 3;
  repeated string top = 4;
  optional InputParameter input_param = 5;
  optional ConvolutionParameter convolution_param = 6;
  optional PoolingParameter pooling_param = 7;
  optional BatchNormParameter batch_norm_param = 8;
  optional ScaleParameter scale_param = 9;
  optional DropoutParameter dropout_param = 10;
  optional EltwiseParameter eltwise_param = 11;
  optional InnerProductParameter inner_product_param = 12;
}

message BlobShape { repeated int64 dim = 1; }
message InputParameter { repeated BlobShape shape = 1; }

message ConvolutionParameter {
  optional uint32 num_output = 1;
  optional bool bias_term = 2 [default = true];
  repeated uint32 pad = 3;
  repeated uint32 kernel_size = 4;
  repeated uint32 stride = 5;
}

message PoolingParameter {
  enum PoolMethod { MAX = 0; AVE = 1; }
  optional PoolMethod pool = 1 [default = MAX];
  optional uint32 kernel_size = 2;
  optional uint32 stride = 3 [default = 1];
  optional uint32 pad = 4 [default = 0];
  optional bool global_pooling = 5 [default = false];
}

message BatchNormParameter {
  optional bool use_global_stats = 1;
  optional float moving_average_fraction = 2 [default = 0.9];
  optional float eps = 3 [default = 1e-5];
}

message ScaleParameter { optional bool bias_term = 1 [default = false]; }
message DropoutParameter { optional float dropout_ratio = 1 [default = 0.5]; }

message EltwiseParameter {
  enum EltwiseOp { PROD = 0; SUM = 1; MAX = 2; }
  optional EltwiseOp operation = 1 [default = SUM];
}

message InnerProductParameter {
  optional uint32 num_output = 1;
  optional bool bias_term = 2 [default = true];
}
SCHEMA

# layer NAME TYPE BOTTOMS [PARAMETERS]: the tensor bears the name of its layer.
layer() {
  printf 'layer {\n  name: "%s"\n  type: "%s"\n' "$1" "$2"
  for bottom in $3; do printf '  bottom: "%s"\n' "$bottom"; done
  printf '  top: "%s"\n' "$1"
  if [ -n "${4:-}" ]; then printf '  %s\n' "$4"; fi
  printf '}\n'
  last=$1
}
convolution() { printf 'convolution_param {\n    num_output: %s\n    kernel_size: %s\n    %s\n  }' "$@"; }
normalization() {
  layer "batchnorm$1" BatchNorm "$last" 'batch_norm_param { eps: 1e-05 }'
  layer "scale$1" Scale "$last" 'scale_param { bias_term: true }'
}
{
  echo 'name: "Compared"'
  layer data Input '' 'input_param { shape { dim: 1 dim: 32 dim: 32 dim: 32 } }'
  for i in {1..19}; do
    entry=$last
    layer "add$i/conv1" Convolution "$last" "$(convolution 32 3 $'pad: 1\n    bias_term: false')"
    normalization "$i"
    layer "add$i/relu1" ReLU "$last"
    layer "add$i/conv2" Convolution "$last" "$(convolution 32 3 'pad: 1')"
    layer "add$i" Eltwise "$last $entry" 'eltwise_param { operation: SUM }'
    layer "relu$i" ReLU "$last"
    layer "dropout$i" Dropout "$last" 'dropout_param { dropout_ratio: 0.2 }'
    layer "maxpool$i" Pooling "$last" $'pooling_param {\n    pool: MAX\n    kernel_size: 3\n    stride: 1\n    pad: 1\n  }'
  done
  layer conv Convolution "$last" "$(convolution 64 1 $'stride: 2\n    bias_term: false')"
  normalization 20
  layer relu20 ReLU "$last"
  layer globalavgpool Pooling "$last" 'pooling_param { pool: AVE global_pooling: true }'
  layer dense InnerProduct "$last" 'inner_product_param { num_output: 100 }'
  layer relu21 ReLU "$last"
  layer dropout20 Dropout "$last" 'dropout_param { dropout_ratio: 0.5 }'
} >"$files/net.prototxt"

{
  printf '%s\t' 'cnn lint' /dev/null "$products/cnn" lint && echo "$files/net.cnn"
  printf '%s\t' 'printing the arguments' /dev/null "$files/arguments" lint && echo "$files/net.cnn"
  if protoc=$(command -v protoc); then
    printf '%s\t' protoc "$files/net.prototxt" "$protoc" --encode=NetParameter "--proto_path=$files" &&
      echo "$files/net.proto"
  else
    echo "protoc is not installed, and is left out" >&2
  fi
} >"$files/processes"
"$products/cnn-bench" --processes "$rounds" <"$files/processes"
