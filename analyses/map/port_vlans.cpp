// SPDX-License-Identifier: Apache-2.0
#include "analyses/map/port_vlans.hpp"

#include <algorithm>

namespace vnscope::analyses::map {

void PortVlans::close(std::size_t row, base::Timestamp at)
{
    Row& it = m_rows[row];
    it.isOpen = false;
    it.to = at;
    m_open.erase({it.port, it.vlan, it.mode});
    if (const auto access = m_access.find(it.port); access != m_access.end() && access->second == row)
        m_access.erase(access);
}

void PortVlans::seen(base::Timestamp at, base::DeviceId port, std::uint16_t vlan, VlanMode mode,
                     std::string_view method)
{
    const auto [known, isNew] = m_open.try_emplace({port, vlan, mode}, m_rows.size());
    m_rows.resize(std::max(m_rows.size(), known->second + 1));
    const std::size_t index = known->second;
    m_rows[index].lastSeen = at;
    if (!isNew)
        return;
    m_rows[index] = {port, vlan, mode, method, at, at, at, true};
    if (mode != VlanMode::Access)
        return;
    if (const auto former = m_access.find(port); former != m_access.end())
        close(former->second, at);
    m_access[port] = index;
}

void PortVlans::left(base::Timestamp at, base::DeviceId port, std::uint16_t vlan)
{
    if (const auto open = m_open.find({port, vlan, VlanMode::Access}); open != m_open.end())
        close(open->second, at);
}

void PortVlans::closeUnseenSince(base::Timestamp dump, const std::vector<base::DeviceId>& ports)
{
    for (std::size_t row = 0; row < m_rows.size(); ++row) {
        const Row& it = m_rows[row];
        if (it.isOpen && it.lastSeen < dump && std::ranges::find(ports, it.port) != ports.end())
            close(row, it.lastSeen);
    }
}

std::uint16_t PortVlans::accessVlan(base::DeviceId port) const
{
    const auto known = m_access.find(port);
    return known == m_access.end() ? std::uint16_t{0} : m_rows[known->second].vlan;
}

std::vector<PortVlans::Row> PortVlans::finish(base::Timestamp end)
{
    for (Row& row : m_rows)
        if (row.isOpen)
            row.to = end;
    return std::move(m_rows);
}

} // namespace vnscope::analyses::map
