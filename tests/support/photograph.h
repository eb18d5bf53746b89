#pragma once

#include "support/drawing.h"

namespace numeral::test {

/// How a photograph of writing is made. Lengths are shares of its width, levels 0 to 1.
struct Photograph {
  int width = 800;
  int height = 600;
  float size = 0.3f;   ///< of the writing's unit square
  float pen = 0.012f;  ///< width of the strokes
  float paper = 0.9f;  ///< levels of paper, ink and lines
  float ink = 0.2f;
  float line = 0.65f;
  float ruled = 0;  ///< distance of the lines; 0: none
  float line_width = 0.0025f;
  bool squared = false;       ///< upright lines as well
  float turn = 0;             ///< of the paper, in degrees
  float tilt = 0;             ///< how much smaller the paper's far end is
  float shade = 0;            ///< how much darker the corner away from the lamp is
  float shadow = 0;           ///< how much darker it is where a hand's shadow is
  float shadow_edge = 0.02f;  ///< how wide the shadow's edge is
  float glare = 0;            ///< radius of a lamp's reflection on the paper, which has the level 1
  float blur = 0;             ///< radius, in pixels
  float noise = 0;            ///< standard deviation, in levels of 255
  unsigned seed = 1;          ///< of the noise, and of where the shadow is
};

/// Makes the photograph. The strokes are in a unit square in the middle of the paper; what goes
/// beyond it is there, too.
GrayImage photograph(const Strokes& strokes, const Photograph& how);

}  // namespace numeral::test
