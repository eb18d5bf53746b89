#pragma once

#include "core/image.h"

namespace numeral {

/// Removes what people and printers put around writing, and is no writing itself:
///
/// - an underline: straight, flat and alone in its height, close below writing, and about as wide;
/// - a frame: four straight sides around writing;
/// - an oval around writing, also one that is not quite closed;
/// - punched holes, of a binder or a spiral: three or more equal discs in line, close to the edge.
///
/// `ink` has values from 0 (none) to 1. What touches writing is one with it here, and stays.
///
/// Returns whether all that was removed is certain to be no writing: an oval around a single stroke
/// may be a 0 with a stroke in it.
bool remove_marks(FloatImage& ink);

}  // namespace numeral
