#pragma once

#include <filesystem>

#include "support/temporary_folder.h"

namespace numeral::test {

/// The model that the project publishes.
inline std::filesystem::path published_model() { return project_folder() / "model" / "digits.ort"; }

}  // namespace numeral::test
