// SPDX-License-Identifier: Apache-2.0
#include "storage/base/result.hpp"

namespace vnscope::base {

std::string Error::text() const
{
    if (notes.empty())
        return message;
    std::string out = message + " (";
    for (std::size_t i = 0; i < notes.size(); ++i) {
        if (i > 0)
            out += ", ";
        out += "while " + notes[i];
    }
    return out + ")";
}

} // namespace vnscope::base
