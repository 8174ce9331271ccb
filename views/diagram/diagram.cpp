// SPDX-License-Identifier: Apache-2.0
#include "views/diagram/diagram.hpp"

namespace vnscope::views::diagram {

std::string_view toText(Shape shape)
{
    switch (shape) {
    case Shape::Bridge: return "bridge";
    case Shape::Device: return "device";
    case Shape::Station: return "station";
    case Shape::Segment: return "segment";
    case Shape::Stack: return "stack";
    case Shape::Place: return "place";
    }
    return "device";
}

std::string_view toText(Sureness sureness)
{
    switch (sureness) {
    case Sureness::Certain: return "certain";
    case Sureness::Inferred: return "inferred";
    case Sureness::Ambiguous: return "ambiguous";
    }
    return "ambiguous";
}

} // namespace vnscope::views::diagram
