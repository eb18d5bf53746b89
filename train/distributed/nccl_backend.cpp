#include "train/distributed/nccl_backend.h"

// libtorch's header needs those of NCCL and CUDA, which an installed PyTorch keeps elsewhere, if it
// brings them along.
#if defined(USE_C10D_NCCL) && __has_include(<nccl.h>) && __has_include(<cuda_runtime_api.h>) && \
    __has_include(<cublas_v2.h>) && __has_include(<cusparse.h>) && __has_include(<cusolverDn.h>)
#include <cstdlib>
#include <torch/csrc/distributed/c10d/ProcessGroupNCCL.hpp>

namespace numeral {

c10::intrusive_ptr<c10d::Backend> make_nccl(const Rendezvous& place) {
  // 2: a failed operation is cleaned up. Otherwise libtorch's own thread throws, which ends the
  // program by SIGABRT before it can say what has happened.
  setenv("TORCH_NCCL_ASYNC_ERROR_HANDLING", "2", /*overwrite=*/1);
  auto options = c10d::ProcessGroupNCCL::Options::create();
  options->timeout = place.timeout;
  return c10::make_intrusive<c10d::ProcessGroupNCCL>(place.store, place.rank, place.size, options);
}

void shut_down_nccl(c10d::Backend& nccl) { static_cast<c10d::ProcessGroupNCCL&>(nccl).shutdown(); }

}  // namespace numeral

#else

namespace numeral {

c10::intrusive_ptr<c10d::Backend> make_nccl(const Rendezvous&) { return {}; }

void shut_down_nccl(c10d::Backend&) {}

}  // namespace numeral

#endif
