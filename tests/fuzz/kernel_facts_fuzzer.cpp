// SPDX-License-Identifier: Apache-2.0
// The files beside a trace that make kernel numbers readable: kallsyms and kfree_skb's format.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string>

#include "analyses/trackers/drop_reasons.hpp"
#include "analyses/trackers/symbols.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace vnscope::analyses::trackers;
    const std::string text(reinterpret_cast<const char*>(data), size);
    std::istringstream kallsyms(text);
    if (const auto symbols = SymbolTable::read(kallsyms)) {
        for (std::uint64_t address = 0; address < 256; ++address) {
            // Mostly addresses near those of the input, which begin at small numbers as often as at large ones.
            const auto symbol = symbols->find(address * 0x0101'0101'0101U);
            if (symbol.isKnown() && text.find(symbol.function) == std::string::npos)
                std::abort();
        }
    }
    std::istringstream format(text);
    if (const auto reasons = DropReasons::readFormat(format); reasons && reasons->isEmpty())
        std::abort();
    return 0;
}
