#pragma once

#include <functional>

#include "train/distributed/cluster.h"
#include "train/training/training_loop.h"

namespace numeral {

/// Trains `network` with one worker thread for each of the run's devices, the first in this thread;
/// each trains a replica. `rendezvous` is called by every worker, for where it meets the workers of
/// other nodes; `node` is null where there are none. Where a worker fails, the others stop soon
/// after, and this throws the first one's exception.
TrainOutcome run_workers(const Run& run, torch::nn::Sequential& network,
                         const std::function<Rendezvous()>& rendezvous, ClusterNode* node);

}  // namespace numeral
