#!/usr/bin/env bash
# Trains the network on MNIST and writes the model to model/:
#
#   scripts/train.sh                 the published model, by its recipe: three networks, trained from
#                                    model/base.safetensors with different seeds, of which the one with
#                                    the lowest validation loss is published. A run that an earlier
#                                    call has begun is resumed
#   scripts/train.sh OPTION...       one network, with these options of numeral-train; --help lists
#                                    them

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

cd "$project_dir"
runs=build/training
seeds=(1 2 3)
recipe=(--start-from model/base.safetensors --epochs 24 --threads 1)

# train OPTION...
train() {
  scripts/box build/native/bin/numeral-train --data "$NUMERAL_CACHE/mnist" --data-name MNIST "$@"
}

# train_or_resume FOLDER OPTION...: the run that ends in FOLDER, from its last checkpoint if there is one.
# A finished run trains no more, but is compared with the recipe and reported again.
train_or_resume() {
  local folder=$1 resume=()
  shift
  [ ! -e "$folder/checkpoints" ] || resume=(--resume "$folder/checkpoints")
  train --out "$folder" "$@" "${resume[@]}"
}

# One thread each, side by side: for so small a network that is faster than many threads one after the
# other, and it gives the same models on every machine.
train_seeds() {
  local seed started=()
  mkdir -p "$runs"
  for seed in "${seeds[@]}"; do
    echo "Seed $seed: $runs/seed-$seed.log"
    train_or_resume "$runs/seed-$seed" "${recipe[@]}" --seed "$seed" \
      2>"$runs/seed-$seed.log" &
    started+=($!)
  done
  for run in "${started[@]}"; do
    wait "$run" || die "a run failed; the logs in $runs/ say why. To begin anew, delete $runs/"
  done
}

# metric FOLDER NAME: a metric of the model card there.
metric() { sed -nE "s/^ *\"$2\": ([0-9.e-]+),?$/\1/p" "$1/digits.json"; }

# The lowest validation loss: accuracies differ by a few of 5,000 digits, which is mostly chance.
publish_best() {
  local seed folder best
  best=$(for seed in "${seeds[@]}"; do
    folder=$runs/seed-$seed
    echo "$(metric "$folder" validation_loss) $folder"
  done | sort -g | tee /dev/stderr | sed -n '1s/.* //p')
  echo "Published: $best"
  cp "$best"/{report.html,metrics.jsonl,digits.onnx,digits.ort,digits.safetensors,digits-samples.json} model/
  cp "$best/digits.json" model/
}

steps_total=4
step "Build environment" scripts/box true
step "MNIST" scripts/box scripts/lib/fetch-mnist
step "Training program" scripts/lib/build-native numeral-train
if [ $# -gt 0 ]; then
  step "Training" train "$@"
else
  steps_total=5
  step "Training from ${#seeds[@]} seeds" train_seeds
  step "Publishing" publish_best
fi
