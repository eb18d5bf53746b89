// What the tests compare with is computed by libtorch's own kernels. Where channels are no
// multiples of 8, those of oneDNN 3.6 give wrong LSTMs, transposed convolutions and gradients of
// convolutions on an AMD EPYC of the fifth generation (in a virtual machine), the first two also
// with its simplest instructions.

#include <torch/torch.h>

#include <catch2/reporters/catch_reporter_event_listener.hpp>
#include <catch2/reporters/catch_reporter_registrars.hpp>

namespace {

struct OwnKernels : Catch::EventListenerBase {
  using EventListenerBase::EventListenerBase;

  void testRunStarting(const Catch::TestRunInfo& /*run*/) override {
    at::globalContext().setUserEnabledMkldnn(false);
  }
};

CATCH_REGISTER_LISTENER(OwnKernels)

}  // namespace
