#pragma once

#include <filesystem>
#include <vector>

#include "native/files.h"
#include "native/model_files.h"
#include "support/temporary_folder.h"

namespace numeral::test {

/// The model that the project publishes.
inline std::filesystem::path published_model() { return project_folder() / "model" / "digits.ort"; }

inline std::vector<std::uint8_t> published_bytes() {
  return read_file(published_model(), 1 << 30).value();
}

inline Recognizer published_recognizer() { return load_recognizer(published_model()).value(); }

}  // namespace numeral::test
