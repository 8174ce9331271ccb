// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace vnscope::analyses::microscope {

/// Whether what goes to one next queue gets new ids on the way through an element, as from a VPN that encapsulates or a
/// NAT that writes identifications of its own. Told from what was seen lately: a few lost records say nothing.
class RewriteDetector final {
public:
    /// A packet was written while the element held some: `isKnown`, one of these had its id.
    void note(bool isKnown)
    {
        m_known += isKnown ? 1 : 0;
        if (++m_noted < kWindow)
            return;
        // Equal ids by chance, and records that are lost, are in between.
        if (m_known * 3 <= kWindow)
            m_rewrites = true;
        else if (m_known * 3 >= kWindow * 2)
            m_rewrites = false;
        m_noted = 0;
        m_known = 0;
    }
    [[nodiscard]] bool rewrites() const { return m_rewrites; }

private:
    static constexpr std::uint32_t kWindow = 128; ///< Packets that are judged together.

    std::uint32_t m_noted = 0;
    std::uint32_t m_known = 0;
    bool m_rewrites = false;
};

} // namespace vnscope::analyses::microscope
