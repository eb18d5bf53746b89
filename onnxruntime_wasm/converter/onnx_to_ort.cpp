// Converts a model from ONNX's format to ONNX Runtime's own, the only one that its minimal builds
// read:
//
//   onnx-to-ort MODEL.onnx MODEL.ort
//
// The model is optimised as far as that does not depend on the machine (level EXTENDED).

#include <onnxruntime_cxx_api.h>
#include <onnxruntime_session_options_config_keys.h>
#include <unistd.h>

#include <cstdio>
#include <exception>
#include <filesystem>
#include <string>

namespace {

/// Creating a session is what writes its optimised model.
void convert(const std::string& from, const std::string& to) {
  Ort::Env environment(ORT_LOGGING_LEVEL_FATAL, "onnx-to-ort");
  Ort::SessionOptions options;
  options.SetGraphOptimizationLevel(ORT_ENABLE_EXTENDED);
  options.SetOptimizedModelFilePath(to.c_str());
  options.AddConfigEntry(kOrtSessionOptionsConfigSaveModelFormat, "ORT");
  Ort::Session(environment, from.c_str(), options);
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    std::fprintf(stderr, "usage: onnx-to-ort MODEL.onnx MODEL.ort\n");
    return 2;
  }
  // Debian's ONNX Runtime writes hundreds of lines about operators that are registered twice. What
  // we say goes to the real standard error.
  const int errors = dup(STDERR_FILENO);
  if (std::freopen("/dev/null", "w", stderr) == nullptr) return 1;

  const std::string to = arguments[2], partial = to + ".partial";
  try {
    convert(arguments[1], partial);
    std::filesystem::rename(partial, to);
  } catch (const std::exception& error) {
    std::error_code ignored;
    std::filesystem::remove(partial, ignored);
    dprintf(errors, "%s: %s\n", arguments[1], error.what());
    return 1;
  }
}
