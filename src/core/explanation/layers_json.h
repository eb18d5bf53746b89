#pragma once

#include <string>

#include "core/activations.h"

namespace numeral {

/// A model's layers as JSON, in the order in which they run, and its parameters by their names:
///
///   {"layers": [{"name", "operation", "inputs": [name, ...],
///                "attributes": {name: [integer, ...] or text}, "shape", "values"}, ...],
///    "parameters": {name: {"shape", "values"}, ...}}
///
/// "values" is [address, count] of floats, which are valid until the model runs again.
std::string layers_json(const ActivationModel& model);

}  // namespace numeral
