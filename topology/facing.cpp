// SPDX-License-Identifier: Apache-2.0
#include "topology/facing.hpp"

namespace vnscope::topology {

void Facing::set(Shape shape, PortIndex p, PortIndex r)
{
    m_shape = shape;
    m_p = p;
    m_r = r;
    dropOwnPorts();
}

/// A bridge's own addresses lie on no port of it, so what would face them falls away.
void Facing::dropOwnPorts()
{
    const bool isFirstOwn = m_p == kOwnPort;
    const bool isSecondOwn = m_r == kOwnPort;
    if (m_shape == Shape::Cross && isFirstOwn)
        m_shape = Shape::Column;
    if (m_shape == Shape::Cross && isSecondOwn)
        m_shape = Shape::Row;
    const bool isGone = (m_shape == Shape::Row && isFirstOwn) || (m_shape == Shape::Column && isSecondOwn) ||
                        (m_shape == Shape::One && (isFirstOwn || isSecondOwn));
    if (isGone)
        m_shape = Shape::Nothing;
}

void Facing::fix(PortIndex p, PortIndex r)
{
    m_shape = Shape::Fixed;
    m_p = p;
    m_r = r;
}

void Facing::witness(PortIndex p, PortIndex r)
{
    switch (m_shape) {
    case Shape::Anything: set(Shape::Cross, p, r); break;
    case Shape::Cross: narrowCross(p, r); break;
    case Shape::Row:
        if (p != m_p)
            set(Shape::One, m_p, r);
        break;
    case Shape::Column:
        if (r != m_r)
            set(Shape::One, p, m_r);
        break;
    case Shape::Two: narrowTwo(p, r); break;
    case Shape::One:
        if (p != m_p && r != m_r)
            m_shape = Shape::Nothing;
        break;
    case Shape::Fixed:
    case Shape::Nothing: break;
    }
}

void Facing::narrowCross(PortIndex p, PortIndex r)
{
    if (p == m_p && r == m_r)
        return;
    if (p == m_p) {
        set(Shape::Row, p, m_r);
    } else if (r == m_r) {
        set(Shape::Column, m_p, r);
    } else {
        m_q = p;
        m_s = m_r;
        m_r = r;
        m_shape = Shape::Two;
        const bool isFirstPossible = m_p != kOwnPort && m_r != kOwnPort;
        const bool isSecondPossible = m_q != kOwnPort && m_s != kOwnPort;
        if (!isSecondPossible)
            set(Shape::One, m_p, m_r);
        else if (!isFirstPossible)
            set(Shape::One, m_q, m_s);
    }
}

void Facing::narrowTwo(PortIndex p, PortIndex r)
{
    const bool isFirstLeft = p == m_p || r == m_r;
    const bool isSecondLeft = p == m_q || r == m_s;
    if (isFirstLeft && isSecondLeft)
        return;
    if (isFirstLeft)
        set(Shape::One, m_p, m_r);
    else if (isSecondLeft)
        set(Shape::One, m_q, m_s);
    else
        m_shape = Shape::Nothing;
}

PortIndex Facing::first() const
{
    const bool isKnown = m_shape == Shape::Row || m_shape == Shape::One || m_shape == Shape::Fixed;
    return isKnown ? m_p : kUnknownPort;
}

PortIndex Facing::second() const
{
    const bool isKnown = m_shape == Shape::Column || m_shape == Shape::One || m_shape == Shape::Fixed;
    return isKnown ? m_r : kUnknownPort;
}

} // namespace vnscope::topology
