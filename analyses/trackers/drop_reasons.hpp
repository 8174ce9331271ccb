// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <istream>
#include <map>
#include <string>
#include <string_view>

#include "storage/base/result.hpp"

namespace vnscope::analyses::trackers {

/// What `skb_kfree.reason` numbers of one kernel mean. The numbering changes between kernels, so a number whose kernel
/// is not known stays a number.
class DropReasons final {
public:
    DropReasons() = default;

    /// The `print fmt` of the traced kernel's events/skb/kfree_skb/format. Works for every kernel.
    [[nodiscard]] static base::Result<DropReasons> readFormat(std::istream& input);

    /// The table built in for a kernel release such as "6.1.0-56-amd64" (kernels of the same major.minor share it);
    /// empty when we have none.
    [[nodiscard]] static DropReasons forKernel(std::string_view release);

    /// "NETFILTER_DROP", or "" when the number's meaning is not known.
    [[nodiscard]] std::string_view name(std::uint32_t reason) const;
    [[nodiscard]] bool isEmpty() const { return m_names.empty(); }

private:
    static DropReasons parse(std::string_view symbolicList);
    std::map<std::uint32_t, std::string> m_names;
};

} // namespace vnscope::analyses::trackers
