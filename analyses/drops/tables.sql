-- One dropped skb. What is freed without being lost (delivered pings, netlink messages, copies) is not here but is
-- counted in skb_free.
CREATE TABLE packet_drop(
  ts_ns       INTEGER NOT NULL,
  cpu         INTEGER NOT NULL,
  host        TEXT NOT NULL,
  device_id   INTEGER,                  -- where the skb was last seen; NULL: at no device (dropped on its way out)
  element_id  INTEGER,                  -- reserved for PerfSight's elements
  place       TEXT NOT NULL,            -- what refused it: tx_driver qdisc backlog socket_buffer netfilter tun_ring bridge routing neighbour protocol no_socket tcp ovs other unknown
  location    TEXT NOT NULL,            -- symbol+offset when a kallsyms is given, else the address
  reason      INTEGER,                  -- skb_drop_reason of the traced kernel; NULL: kernel < 5.17 or no skb_kfree
  reason_name TEXT,                     -- NULL: numbers of this kernel are not known; never guessed
  protocol    INTEGER NOT NULL,         -- EtherType
  skb         TEXT NOT NULL,            -- kernel address, hexadecimal
  confidence  TEXT NOT NULL             -- certain (reason or symbol says so), likely (neither is known)
) STRICT;
CREATE INDEX packet_drop_by_time ON packet_drop(ts_ns);

-- All skbs that kfree_skb freed at one code location for one reason, and what we think of it.
CREATE TABLE skb_free(
  location    TEXT NOT NULL,
  reason      INTEGER,
  reason_name TEXT,
  verdict     TEXT NOT NULL,            -- drop, or why not: delivered, not_a_packet, copy, other_host, teardown, ...
  place       TEXT NOT NULL,            -- as packet_drop.place; '' when not a drop
  count       INTEGER NOT NULL,
  first_ns    INTEGER NOT NULL,
  last_ns     INTEGER NOT NULL
) STRICT;

-- One place that can refuse packets, what that means, and how many it did refuse: all values of packet_drop.place.
CREATE TABLE drop_place(
  place   TEXT PRIMARY KEY,
  meaning TEXT NOT NULL,
  drops   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Drops by device, place and reason: the summary that reports show.
CREATE VIEW drop_summary AS
SELECT p.device_id, d.label AS device, p.place, p.location, p.reason, p.reason_name,
       count(*) AS drops, min(p.ts_ns) AS first_ns, max(p.ts_ns) AS last_ns, min(p.confidence) AS confidence
FROM packet_drop p LEFT JOIN device d USING (device_id)
GROUP BY p.device_id, p.place, p.location, p.reason
ORDER BY drops DESC;

-- Drops per place and time bin that is not empty; bin_ns is 10 ms, 100 ms, 1 s or 10 s.
CREATE TABLE drop_bin(
  place    TEXT NOT NULL,
  begin_ns INTEGER NOT NULL,
  bin_ns   INTEGER NOT NULL,
  drops    INTEGER NOT NULL
) STRICT;
CREATE INDEX drop_bin_by_time ON drop_bin(bin_ns, begin_ns);

-- Attempts that failed but lost nothing: the driver was busy and the packet was queued again.
CREATE TABLE tx_retry(
  device_id INTEGER PRIMARY KEY,
  retries   INTEGER NOT NULL
) STRICT;
