#!/usr/bin/env bash
# Trains the network on MNIST and writes the model to model/:
#
#   scripts/train.sh                 the published model, by its whole recipe: three networks from
#                                    different seeds, then one that learns from all three. What an
#                                    earlier call has finished or begun is gone on with
#   scripts/train.sh OPTION...       one network, with these options of numeral-train; --help lists
#                                    them

source "$(dirname "${BASH_SOURCE[0]}")/lib/common.sh"

cd "$project_dir"
teachers=build/teachers
seeds=(2 3 4)

# train OPTION...
train() {
  scripts/box build/native/bin/numeral-train --data "$NUMERAL_CACHE/mnist" --data-name MNIST "$@"
}

# train_or_resume FOLDER OPTION...: the run that ends in FOLDER, from its last checkpoint if it was
# begun, and not at all if it was finished.
train_or_resume() {
  local folder=$1 resume=()
  shift
  [ ! -e "$folder/digits.json" ] || return 0
  [ ! -e "$folder/checkpoints" ] || resume=(--resume "$folder/checkpoints")
  train --out "$folder" "$@" "${resume[@]}"
}

# One thread each, side by side: a thread to itself trains a small network faster than its share of
# many threads would.
train_teachers() {
  local seed runs=()
  mkdir -p "$teachers"
  for seed in "${seeds[@]}"; do
    echo "Seed $seed: $teachers/seed-$seed.log"
    train_or_resume "$teachers/seed-$seed" --seed "$seed" --threads 1 2>"$teachers/seed-$seed.log" &
    runs+=($!)
  done
  for run in "${runs[@]}"; do
    wait "$run" || die "a run failed; the logs in $teachers/ say why"
  done
}

# Four workers whatever the machine has, so that every machine makes the same model of it.
train_published() {
  local options=(--batch-size 128 --learning-rate 4e-3 --devices cpu,cpu,cpu,cpu --threads 4)
  local out=build/published
  train_or_resume "$out" "${options[@]}" --experiments model/experiments.json \
    --teachers "${seeds[@]/#/$teachers/seed-}"
  cp "$out"/{report.html,metrics.jsonl,digits.onnx,digits.ort} model/
  cp "$out/digits.json" model/
}

steps_total=4
step "Build environment" scripts/box true
step "MNIST" scripts/box scripts/lib/fetch-mnist
step "Training program" scripts/lib/build-native numeral-train
if [ $# -gt 0 ]; then
  step "Training" train "$@"
else
  steps_total=5
  step "Training the teachers" train_teachers
  step "Training the published network" train_published
fi
