// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>

#include "storage/base/result.hpp"

namespace vnscope::importer {

/// A reserved stretch of addresses into which the readers' rings are mapped, so that one base address and 32-bit
/// offsets reach every payload: merging events of several readers then copies no payload. Costs no memory by itself.
class AddressSpace final {
public:
    [[nodiscard]] static base::Result<AddressSpace> reserve();

    AddressSpace(AddressSpace&& other) noexcept;
    AddressSpace& operator=(AddressSpace&&) = delete;
    ~AddressSpace();

    [[nodiscard]] std::byte* base() const { return m_base; }
    /// Maps the shared memory `descriptor` and gives its offset from base().
    [[nodiscard]] base::Result<std::uint32_t> map(int descriptor, std::size_t bytes);
    void unmap(std::uint32_t offset);

private:
    explicit AddressSpace(std::byte* base) : m_base(base) {}

    std::byte* m_base;
    std::map<std::size_t, std::size_t> m_used; ///< Offset and size of what is mapped.
};

} // namespace vnscope::importer
