// The session of numeral.wasm, which arrives with its model loaded. main creates it when the module
// is linked: Emscripten's EVAL_CTORS runs main, and keeps in the module what that leaves in memory.
// So nobody waits for the session to be created, and the code for it is not in the module. Nor are
// the model's bytes, which are a file of their own: load_session puts them where the session uses
// them. The session has the outputs of all layers, for those who look inside.

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <functional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/activations.h"
#include "core/onnxruntime.h"
#include "core/session.h"

/// ONNX Runtime's functions that create sessions. In the API's table they would stay in the module.
namespace OrtApis {
template <class Pointer>
using Function = std::remove_pointer_t<Pointer>;
Function<decltype(OrtApi::CreateEnv)> CreateEnv;
Function<decltype(OrtApi::CreateSessionOptions)> CreateSessionOptions;
Function<decltype(OrtApi::SetIntraOpNumThreads)> SetIntraOpNumThreads;
Function<decltype(OrtApi::AddSessionConfigEntry)> AddSessionConfigEntry;
Function<decltype(OrtApi::CreateSessionFromArray)> CreateSessionFromArray;
}  // namespace OrtApis

namespace {

/// Not constant, so that it can be cleared.
unsigned char model_file[] = {
#embed "digits.ort"
};

/// A session, and the bytes that it uses as its weights.
struct Snapshot {
  std::vector<std::byte> weights;
  OrtSession* session = nullptr;  ///< is never released
  /// Of the two models that it can run: the file's, and the same with all outputs.
  std::array<std::size_t, 2> hashes{};
};

Snapshot snapshot;  // NOLINT(cert-err58-cpp): what is empty does not throw

std::size_t hash_of(std::span<const std::byte> model) {
  return std::hash<std::string_view>()({reinterpret_cast<const char*>(model.data()), model.size()});
}

/// Ends the evaluation where something fails; then the module has no sessions.
void check_status(OrtStatus* status) {
  if (status != nullptr) std::abort();
}

}  // namespace

namespace numeral {

/// Hands out the session, for the model that the module was linked with. Both of its forms have
/// their weights in the same places.
Result<Session> load_session(std::span<const std::byte> model) {
  const auto& hashes = snapshot.hashes;
  if (std::ranges::find(hashes, hash_of(model)) == hashes.end() ||
      model.size() > snapshot.weights.size())
    return fail(
        "numeral.wasm runs only the digits.ort of its build: another model needs "
        "numeral-models.wasm");
  std::ranges::copy(model, snapshot.weights.begin());
  return Session(snapshot.session, [](OrtSession*) {});
}

}  // namespace numeral

int main() {
  const std::span model = std::as_bytes(std::span(model_file));
  auto bytes = numeral::with_all_outputs(model);
  if (!bytes) std::abort();
  snapshot.hashes = {hash_of(model), hash_of(*bytes)};
  snapshot.weights = std::move(*bytes);

  OrtEnv* environment = nullptr;
  check_status(OrtApis::CreateEnv(ORT_LOGGING_LEVEL_FATAL, "numeral", &environment));
  OrtSessionOptions* options = nullptr;
  check_status(OrtApis::CreateSessionOptions(&options));
  check_status(OrtApis::SetIntraOpNumThreads(options, 1));
  for (const char* key :
       {"session.use_ort_model_bytes_directly", "session.use_ort_model_bytes_for_initializers"})
    check_status(OrtApis::AddSessionConfigEntry(options, key, "1"));
  check_status(OrtApis::CreateSessionFromArray(
      environment, snapshot.weights.data(), snapshot.weights.size(), options, &snapshot.session));
  std::ranges::fill(snapshot.weights, std::byte{});
  std::ranges::fill(model_file, 0);
}
