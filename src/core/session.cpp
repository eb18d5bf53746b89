#include "core/session.h"

namespace numeral {
namespace {

/// One thread: more would not make so small a network faster, and WebAssembly has no more unless
/// the server sends special headers.
Result<OrtSessionOptionsHandle> session_options() {
  const OrtApi* api = onnxruntime_api();
  OrtSessionOptions* options = nullptr;
  if (auto made = check(api->CreateSessionOptions(&options)); !made)
    return tl::unexpected(made.error());
  OrtSessionOptionsHandle handle(options);
  if (auto set = check(api->SetIntraOpNumThreads(options, 1)); !set)
    return tl::unexpected(set.error());
  if (auto set = check(api->SetSessionExecutionMode(options, ORT_SEQUENTIAL)); !set)
    return tl::unexpected(set.error());
  return handle;
}

}  // namespace

Result<Session> load_session(std::span<const std::byte> model) {
  const Result<OrtEnv*> environment = onnxruntime_environment();
  if (!environment) return tl::unexpected(environment.error());
  const Result<OrtSessionOptionsHandle> options = session_options();
  if (!options) return tl::unexpected(options.error());
  OrtSession* session = nullptr;
  if (auto made = check(onnxruntime_api()->CreateSessionFromArray(
          *environment, model.data(), model.size(), options->get(), &session));
      !made)
    return fail("the model cannot be loaded: " + made.error().message);
  return Session(session, OrtRelease<&OrtApi::ReleaseSession>{});
}

}  // namespace numeral
