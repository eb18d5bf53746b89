#pragma once

#include "train/distributed/rendezvous.h"
#include "train/training/training_loop.h"

namespace numeral {

/// Trains `network` with one worker thread for each of the run's devices, the first in this thread;
/// each trains a replica. `place` is where they meet the other processes. Where a worker fails, the
/// others stop soon after, and this throws the first one's exception.
TrainOutcome run_workers(const Run& run, torch::nn::Sequential& network, const Rendezvous& place);

/// The number type for the forward pass of every worker of `group`, of which `own` is the fastest
/// for this one: the one that suits the slowest device, as with different types the replicas would
/// drift apart. All workers must call this.
torch::ScalarType common_type(torch::ScalarType own, const WorkerGroup& group);

}  // namespace numeral
