#pragma once

#include <torch/csrc/distributed/c10d/Backend.hpp>

#include "train/distributed/rendezvous.h"

namespace numeral {

/// c10d's NCCL, which exchanges GPU tensors. Null where this program was built without it. An
/// operation that fails or takes too long is left with an exception; it does not end the program.
c10::intrusive_ptr<c10d::Backend> make_nccl(const Rendezvous& place);

/// Ends `nccl`, which is one. All processes must call this, at about the same time.
void shut_down_nccl(c10d::Backend& nccl);

}  // namespace numeral
