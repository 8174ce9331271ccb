// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace vnscope::views::scope {

/// An IP address, or all that begin as it does.
class Prefix final {
public:
    /// "10.0.0.0/8", "10.0.0.1", "fd00::/16"; nothing where the text is none.
    [[nodiscard]] static std::optional<Prefix> parse(const std::string& text);

    /// `address` is one of its own IP version and begins as it does.
    [[nodiscard]] bool contains(const std::string& address) const;

private:
    int m_family = 0;
    std::array<std::uint8_t, 16> m_bytes{};
    int m_length = 0; ///< Bits.
};

/// From the first to the last port: "2000-2008" or "2000".
struct PortRange {
    std::int64_t first = 0;
    std::int64_t last = 0;

    [[nodiscard]] static std::optional<PortRange> parse(const std::string& text);
    [[nodiscard]] bool contains(std::int64_t port) const { return first <= port && port <= last; }
};

/// The flows that one side of a causal pattern is about.
struct FlowSet {
    std::optional<Prefix> source; ///< Nothing: flows are not told, or none stands out.
    std::optional<Prefix> destination;
    PortRange sourcePorts;
    PortRange destinationPorts;
    std::optional<std::int64_t> protocol; ///< Nothing: any.

    /// Some flow is meant.
    [[nodiscard]] bool isTold() const { return source && destination; }
};

} // namespace vnscope::views::scope
