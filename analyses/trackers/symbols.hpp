// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "storage/base/result.hpp"

namespace vnscope::analyses::trackers {

/// A code location resolved to a function.
struct Symbol {
    std::string_view function; ///< "nft_do_chain"; empty: not resolved. Valid as long as the table lives.
    std::string_view module;   ///< "nf_tables"; empty: the kernel itself.
    std::uint64_t offset = 0;  ///< Bytes into the function.

    [[nodiscard]] bool isKnown() const { return !function.empty(); }
    /// "nft_do_chain+0x47f [nf_tables]"
    [[nodiscard]] std::string text() const;
};

/// The text symbols of one boot of one kernel, from /proc/kallsyms or a System.map.
/// Addresses move with every boot (KASLR): only the traced boot's kallsyms resolves its addresses.
class SymbolTable final {
public:
    /// Reads "address type name [module]" lines. Fails when no line has an address other than zero: then kallsyms was
    /// read without the right to see addresses (kernel.kptr_restrict).
    [[nodiscard]] static base::Result<SymbolTable> read(std::istream& input);

    [[nodiscard]] Symbol find(std::uint64_t address) const;
    [[nodiscard]] bool isEmpty() const { return m_entries.empty(); }
    [[nodiscard]] std::size_t size() const { return m_entries.size(); }

private:
    struct Entry {
        std::uint64_t address;
        std::uint32_t name; ///< Offset into m_text.
        std::uint16_t nameLength;
        std::uint16_t moduleLength; ///< The module's name follows the function's.
    };
    std::vector<Entry> m_entries; ///< By address.
    std::string m_text;
};

} // namespace vnscope::analyses::trackers
