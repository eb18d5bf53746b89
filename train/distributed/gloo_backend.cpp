#include "train/distributed/gloo_backend.h"

// libtorch's header needs those of Gloo, which an installed PyTorch does not bring along.
#if defined(USE_C10D_GLOO) && __has_include(<gloo/algorithm.h>)
#include <cstdlib>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

namespace numeral {

c10::intrusive_ptr<c10d::Backend> make_gloo(const Rendezvous& place) {
  auto options = c10d::ProcessGroupGloo::Options::create(place.timeout);
  // The variable is PyTorch's, for machines that cannot be reached at the address that they find.
  const char* interface = std::getenv("GLOO_SOCKET_IFNAME");
  options->devices.push_back(
      interface ? c10d::ProcessGroupGloo::createDeviceForInterface(interface)
                : c10d::ProcessGroupGloo::createDeviceForHostname(place.address));
  options->threads = 1;
  return c10::make_intrusive<c10d::ProcessGroupGloo>(place.store, place.rank, place.size, options);
}

}  // namespace numeral

#else

namespace numeral {

c10::intrusive_ptr<c10d::Backend> make_gloo(const Rendezvous&) { return {}; }

}  // namespace numeral

#endif
