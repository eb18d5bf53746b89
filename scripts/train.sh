#!/usr/bin/env bash
# Trains the network on MNIST and writes the model to model/:
#
#   scripts/train.sh [OPTION...]     options of numeral-train; --help lists them

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

cd "$project_dir"
steps_total=4
step "Build environment" scripts/box true
step "MNIST" scripts/box scripts/lib/fetch-mnist
step "Training program" scripts/lib/build-native numeral-train
step "Training" scripts/box build/native/bin/numeral-train --data "$NUMERAL_CACHE/mnist" --data-name MNIST "$@"
