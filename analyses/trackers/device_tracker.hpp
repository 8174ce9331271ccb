// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <set>

#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "storage/base/ids.hpp"
#include "storage/base/time.hpp"
#include "storage/store_writer.hpp"
#include "tracepoints/event_batch.hpp"

namespace vnscope::analyses::trackers {

/// What a device is, as far as the trace shows it (never guessed from the name alone, except `lo`).
enum class DeviceKind : std::uint8_t { Unknown, Nic, Bridge, Veth, Tap, Vlan, Vxlan, Ovs, Loopback };

[[nodiscard]] std::string_view toText(DeviceKind kind);

/// Whether the driver counts an skb as received before it takes the Ethernet header off (most do). Loopback, bridges
/// and internal ports are handed packets that have lost it (drivers/net/loopback.c, net/bridge/br_input.c,
/// net/openvswitch/vport-internal_dev.c).
[[nodiscard]] constexpr bool countsLinkHeader(DeviceKind kind)
{
    return kind != DeviceKind::Loopback && kind != DeviceKind::Bridge && kind != DeviceKind::Ovs;
}

/// Ethernet's header: what `len` counts at queue and xmit, and does not count at rx.
inline constexpr std::uint32_t kEthernetHeaderBytes = 14;

struct Device {
    std::uint32_t host = 0; ///< Index into HostTable.
    base::StringId name;
    DeviceKind kind = DeviceKind::Unknown;
    base::DeviceId peer;                                  ///< Other end of a veth.
    base::DeviceId lower;                                 ///< Device below a VLAN device.
    base::DeviceId bridge;                                ///< Bridge it is a port of.
    std::uint32_t netns = 0;                              ///< Inode of its namespace; 0: the trace does not tell.
    std::uint32_t ifindex = 0;                            ///< 0: the trace does not tell.
    std::array<std::uint8_t, 6> mac{};                    ///< All zero: the trace does not tell.
    std::uint32_t linkHeaderBytes = kEthernetHeaderBytes; ///< 0 where packets were seen to have none (tun, wireguard).
    std::uint16_t vlan = 0;                               ///< Tag of a VLAN device; 0: the trace does not tell.
    bool isDeclared = false;                              ///< A state dump told of it.
    bool isInFirstNetns = false; ///< LTTng's own state dump told of it, which knows the first namespace only.
    bool isOvsPort = false;
    bool receivesByNapi = false; ///< A veth with GRO: its peer's frames come by its own NAPI, not by a backlog.
    bool isAmbiguous = false;
    std::string evidence;
    base::Timestamp firstSeen;
    base::Timestamp lastSeen;
};

/// Which device an event means by a name.
///
/// Kernel events carry the name only, and names repeat between namespaces. A veth has exactly one peer for life, and
/// packets show it (queued on one end, received on the other with the same skb): so two peers under one name are two
/// devices. Where no packet shows a peer, devices of one name stay one row, marked ambiguous when there is reason to.
class DeviceTracker final {
public:
    /// The device that `name` means when nothing else is known: the one met last under this name.
    base::DeviceId byName(std::uint32_t host, base::StringId name, std::string_view text, base::Timestamp at);
    /// The same for an event that also says in which namespace: a name is unique there. 0: it does not say.
    base::DeviceId byName(std::uint32_t host, std::uint32_t netns, base::StringId name, std::string_view text,
                          base::Timestamp at);

    /// `receiver` got an skb that `sender` was just transmitting: they are the two ends of a veth. Returns the two
    /// devices that these names mean here, which may be new ones.
    struct Pair {
        base::DeviceId sender;
        base::DeviceId receiver;
    };
    Pair pair(base::DeviceId sender, std::uint32_t host, base::StringId receiverName, std::string_view text,
              base::Timestamp at);

    /// A state dump tells of one host's devices, between beginDump() and endDump(); only a dump knows namespaces. Once
    /// it has told of all of them, settleDeclared() finds which of them packets showed before: the one of that name and
    /// peer.
    void beginDump(std::uint32_t host);
    void declare(std::uint32_t host, const tracepoints::StatedumpLink& link, std::string_view name,
                 std::string_view kind, base::Timestamp at);
    void settleDeclared(std::uint32_t host);
    /// `isComplete`: what it did not tell of does not exist any more.
    void endDump(std::uint32_t host, bool isComplete);
    void nameNetns(std::uint32_t host, std::uint32_t netns, std::string_view name);
    /// As `ip netns` knows it, else its inode; empty for the one that a dump names first, where the host's own devices
    /// are.
    [[nodiscard]] std::string netnsName(std::uint32_t host, std::uint32_t netns) const;
    /// None: no dump told of such a device.
    [[nodiscard]] base::DeviceId byIndex(std::uint32_t host, std::uint32_t netns, std::uint32_t ifindex) const;
    /// Devices that an earlier dump of this host told of and its last one showed to be gone: it is complete and misses
    /// them, or has another device under their index.
    [[nodiscard]] const std::vector<base::DeviceId>& vanished(std::uint32_t host) const;
    /// Whether the dumps of its host tell of it, and none since that it is gone.
    [[nodiscard]] bool isTold(base::DeviceId device) const;

    void sawLoopback(base::DeviceId device);
    void sawNapi(base::DeviceId device);
    void sawInFirstNetns(base::DeviceId device) { m_devices[device.value].isInFirstNetns = true; }
    void sawBridge(base::DeviceId bridge, base::DeviceId port, std::uint32_t bridgeIfindex, std::uint32_t portIfindex);
    /// `datapath` is its bridge as long as nothing knows better: all OVS bridges of a host are one datapath.
    void sawOvsPort(base::DeviceId device, base::DeviceId datapath);
    void sawOvsInternal(base::DeviceId device);
    void sawStacked(base::DeviceId upper, base::DeviceId lower, std::string_view upperName);
    void sawDpdk(base::DeviceId device);
    void sawNoLinkHeader(base::DeviceId device);
    void sawReceivingBy(base::DeviceId device, bool isNapi) { m_devices[device.value].receivesByNapi = isNapi; }
    void touch(base::DeviceId device, base::Timestamp at);

    [[nodiscard]] const Device& at(base::DeviceId id) const { return m_devices[id.value]; }
    [[nodiscard]] const std::vector<Device>& devices() const { return m_devices; }
    /// Whether several devices of its host share its name.
    [[nodiscard]] bool hasNamesakes(base::DeviceId id) const;

private:
    base::DeviceId create(std::uint32_t host, base::StringId name, std::string_view text, base::Timestamp at);
    void setKind(base::DeviceId device, DeviceKind kind, std::string_view evidence);

    std::vector<Device> m_devices;
    /// Devices of one name, the one met last in front.
    std::unordered_map<std::uint64_t, std::vector<base::DeviceId>> m_byName;

    /// A device of a state dump, by what the kernel calls it.
    struct Declared {
        base::DeviceId device; ///< None until it is settled.
        tracepoints::StatedumpLink link;
        DeviceKind kind = DeviceKind::Unknown;
        base::Timestamp at;
        std::uint32_t dump = 0; ///< The last dump that told of it.
    };
    using DeclaredKey = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>; ///< Host, netns, ifindex.

    [[nodiscard]] base::DeviceId adoptable(const DeclaredKey& key, const Declared& declared) const;
    void settle(const DeclaredKey& key, Declared& declared);
    void connectDeclared(const DeclaredKey& key, const Declared& declared);

    std::map<DeclaredKey, Declared> m_declared;
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::string> m_netnsNames;
    std::map<std::uint32_t, std::uint32_t> m_homes;                  ///< The first namespace of each host.
    std::map<std::uint32_t, std::vector<base::DeviceId>> m_vanished; ///< By host: dumps of several may overlap.
    std::set<std::uint32_t> m_unsettled;            ///< Hosts with devices that are declared and not settled.
    std::map<std::uint32_t, std::uint32_t> m_dumps; ///< Dumps met, by host.
};

} // namespace vnscope::analyses::trackers
