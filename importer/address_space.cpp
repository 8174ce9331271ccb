// SPDX-License-Identifier: Apache-2.0
#include "importer/address_space.hpp"

#include <sys/mman.h>

#include <utility>

namespace vnscope::importer {

namespace {

constexpr std::size_t kSpan = std::size_t{1} << 32U;
constexpr std::size_t kPage = 4096;

void* reserveAt(void* place, std::size_t bytes, int flags)
{
    return ::mmap(place, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | flags, -1, 0);
}

} // namespace

base::Result<AddressSpace> AddressSpace::reserve()
{
    void* const place = reserveAt(nullptr, kSpan, 0);
    if (place == MAP_FAILED)
        return base::fail(base::ErrorCode::Internal, "Cannot reserve the address space for reading traces.");
    return AddressSpace(static_cast<std::byte*>(place));
}

AddressSpace::AddressSpace(AddressSpace&& other) noexcept
    : m_base(std::exchange(other.m_base, nullptr)), m_used(std::move(other.m_used))
{
}

AddressSpace::~AddressSpace()
{
    if (m_base != nullptr)
        ::munmap(m_base, kSpan);
}

base::Result<std::uint32_t> AddressSpace::map(int descriptor, std::size_t bytes)
{
    const std::size_t size = (bytes + kPage - 1) / kPage * kPage;
    std::size_t offset = 0;
    for (const auto& [usedOffset, usedSize] : m_used) {
        if (usedOffset - offset >= size)
            break;
        offset = usedOffset + usedSize;
    }
    if (size > kSpan - offset)
        return base::fail(base::ErrorCode::Internal, "Too many reader processes are needed at once.");
    if (::mmap(m_base + offset, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, descriptor, 0) == MAP_FAILED)
        return base::fail(base::ErrorCode::Internal, "Cannot map the memory shared with a reader process.");
    m_used.emplace(offset, size);
    return static_cast<std::uint32_t>(offset);
}

void AddressSpace::unmap(std::uint32_t offset)
{
    const auto used = m_used.find(offset);
    if (used == m_used.end())
        return;
    reserveAt(m_base + offset, used->second, MAP_FIXED);
    m_used.erase(used);
}

} // namespace vnscope::importer
