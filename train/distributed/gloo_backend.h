#pragma once

#include <torch/csrc/distributed/c10d/Backend.hpp>

#include "train/distributed/rendezvous.h"

namespace numeral {

/// c10d's Gloo, which exchanges CPU tensors; waits for the other processes. Null where this program
/// was built without it.
c10::intrusive_ptr<c10d::Backend> make_gloo(const Rendezvous& place);

}  // namespace numeral
