#!/usr/bin/env bash
# Trains the network on MNIST and writes the model to model/:
#
#   scripts/train.sh                 the published model, by its whole recipe: three networks from
#                                    different seeds, of which the best on the validation pictures
#                                    is published. What an earlier call has finished or begun is
#                                    gone on with
#   scripts/train.sh OPTION...       one network, with these options of numeral-train; --help lists
#                                    them

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

cd "$project_dir"
runs=build/training
seeds=(1 2 3)
recipe=(--epochs 36 --threads 1)

# train OPTION...
train() {
  scripts/box build/native/bin/numeral-train --data "$NUMERAL_CACHE/mnist" --data-name MNIST "$@"
}

# train_or_resume FOLDER OPTION...: the run that ends in FOLDER, from its last checkpoint if it was
# begun. One that was finished is only read and reported again: so one of another recipe is noticed.
train_or_resume() {
  local folder=$1 resume=()
  shift
  [ ! -e "$folder/checkpoints" ] || resume=(--resume "$folder/checkpoints")
  train --out "$folder" "$@" "${resume[@]}"
}

# One thread each, side by side: a thread to itself trains a small network faster than its share of
# many threads would, and every machine makes the same models so.
train_seeds() {
  local seed started=()
  mkdir -p "$runs"
  for seed in "${seeds[@]}"; do
    echo "Seed $seed: $runs/seed-$seed.log"
    train_or_resume "$runs/seed-$seed" "${recipe[@]}" --seed "$seed" --experiments model/experiments.json \
      2>"$runs/seed-$seed.log" &
    started+=($!)
  done
  for run in "${started[@]}"; do
    wait "$run" || die "a run failed; the logs in $runs/ say why. To begin anew, delete $runs/"
  done
}

# metric FOLDER NAME: a figure of the model card there.
metric() { sed -nE "s/^ *\"$2\": ([0-9.e-]+),?$/\1/p" "$1/digits.json"; }

# The best on the validation pictures; of the equally good, that with the lower loss.
publish_best() {
  local seed folder best
  best=$(for seed in "${seeds[@]}"; do
    folder=$runs/seed-$seed
    echo "$(metric "$folder" validation_accuracy) $(metric "$folder" validation_loss) $folder"
  done | sort -k 1,1gr -k 2,2g | tee /dev/stderr | sed -n '1s/.* //p')
  echo "Published: $best"
  cp "$best"/{report.html,metrics.jsonl,digits.onnx,digits.ort} model/
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
