// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>

namespace vnscope::topology {

/// Dense number of a port within one solver; kOwnPort stands for the bridge's own addresses, kUnknownPort for none
/// known.
using PortIndex = std::uint32_t;
inline constexpr PortIndex kUnknownPort = std::numeric_limits<PortIndex>::max();
inline constexpr PortIndex kOwnPort = kUnknownPort - 1;

/// Which pairs of ports of two bridges, a and b, may face each other (Lowekamp, O'Hallaron, Gross, SIGCOMM 2001).
///
/// An address behind port p of a and port r of b contradicts every pair (i, j) with i ≠ p and j ≠ r: it would lie on
/// both far sides. What survives all addresses is always one of few shapes, so no table of ports is needed, and ports
/// that never had an entry are covered too.
class Facing {
public:
    /// An address is behind port p of a and port r of b; either may be kOwnPort, which faces nobody.
    void witness(PortIndex p, PortIndex r);
    /// The two ports are known to face each other; later witnesses change nothing.
    void fix(PortIndex p, PortIndex r);

    [[nodiscard]] bool isContradictory() const { return m_shape == Shape::Nothing; }
    /// The one port of a that can face b; kUnknownPort when there are several.
    [[nodiscard]] PortIndex first() const;
    /// The one port of b that can face a; kUnknownPort when there are several.
    [[nodiscard]] PortIndex second() const;

private:
    enum class Shape : std::uint8_t {
        Anything,
        Cross,  ///< (m_p, any) or (any, m_r)
        Row,    ///< (m_p, any)
        Column, ///< (any, m_r)
        Two,    ///< (m_p, m_r) or (m_q, m_s)
        One,    ///< (m_p, m_r)
        Fixed,  ///< One, known otherwise
        Nothing,
    };

    void set(Shape shape, PortIndex p, PortIndex r);
    void dropOwnPorts();
    void narrowCross(PortIndex p, PortIndex r);
    void narrowTwo(PortIndex p, PortIndex r);

    PortIndex m_p = kUnknownPort;
    PortIndex m_r = kUnknownPort;
    PortIndex m_q = kUnknownPort;
    PortIndex m_s = kUnknownPort;
    Shape m_shape = Shape::Anything;
};

} // namespace vnscope::topology
