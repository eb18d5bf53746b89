#pragma once

#include "core/image.h"

namespace numeral {

/// Removes what people and printers put around writing, and is no writing itself:
///
/// - an underline: straight, flat and alone in its height, close below writing, and about as wide;
/// - a frame: four straight sides around writing, also with lines between its cells;
/// - an oval around writing, also one that is not quite closed;
/// - punched holes, of a binder or a spiral: three or more equal discs in line, close to the edge.
///
/// `ink` has values from 0 (none) to 1. What touches writing is one with it here, and stays.
///
/// Returns whether all that was removed is certain to be no writing. An oval around a single part
/// may be a 0 with a stroke in it, and a line beside an empty cell a 1.
bool remove_marks(FloatImage& ink);

}  // namespace numeral
