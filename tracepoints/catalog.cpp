// SPDX-License-Identifier: MIT
#include "tracepoints/catalog.hpp"

#include <algorithm>
#include <unordered_map>
#include <vector>

namespace vnscope::tracepoints {

namespace {

/// The one list of provider folders. Explicit, because self-registering objects vanish from static libraries.
std::vector<Schema> collect()
{
    std::vector<Schema> all;
    for (const auto provider :
         {dpdk::schemas(), element::schemas(), io::schemas(), linux_bridge::schemas(), linux_irq::schemas(),
          linux_net::schemas(), linux_syscalls::schemas(), lttng_statedump::schemas(), nf::schemas(),
          openvswitch::schemas(), qemu::schemas(), statedump::schemas()})
        all.insert(all.end(), provider.begin(), provider.end());
    std::ranges::sort(all, {}, &Schema::name);
    return all;
}

const std::vector<Schema>& catalog()
{
    static const std::vector<Schema> kAll = collect();
    return kAll;
}

} // namespace

std::span<const Schema> schemas()
{
    return catalog();
}

const Schema* findSchema(std::string_view eventClassName)
{
    static const std::unordered_map<std::string_view, const Schema*> kBySpelling = [] {
        std::unordered_map<std::string_view, const Schema*> map;
        for (const Schema& schema : catalog())
            for (const std::string_view spelling : schema.spellings)
                map.emplace(spelling, &schema);
        return map;
    }();
    const auto found = kBySpelling.find(eventClassName);
    return found == kBySpelling.end() ? nullptr : found->second;
}

const Schema* schemaOf(EventType type)
{
    const auto found = std::ranges::find(catalog(), type, &Schema::type);
    return found == catalog().end() ? nullptr : &*found;
}

} // namespace vnscope::tracepoints
