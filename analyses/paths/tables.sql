-- One place where packets are: a device's queue or receive side, the stack behind it, Open vSwitch's user space, or the
-- end of a path. The waits between places are in flow_edge.
CREATE TABLE place(
  place_id  INTEGER PRIMARY KEY,
  kind      TEXT NOT NULL,              -- source outside queue qdisc wire rx stack upcall deliver drop
  device_id INTEGER,                    -- NULL: upcall, or no device
  name      TEXT NOT NULL               -- "vnet1 queue", for people
) STRICT;

-- One packet on its way over the traced hosts. A copy (flooding), a segment of a super-packet and what GRO merged are
-- packets of their own; parent_id and merged_id tie them together.
CREATE TABLE packet(
  packet_id       INTEGER PRIMARY KEY,
  parent_id       INTEGER,              -- the packet that it is a copy or a segment of
  merged_id       INTEGER,              -- the packet that GRO made of it and others
  stream_id       INTEGER,              -- its conversation; NULL: none (ARP), or not known
  later_stream_id INTEGER,              -- the conversation that NAT or a tunnel made of it
  first_ns        INTEGER NOT NULL,
  last_ns         INTEGER NOT NULL,
  first_device_id INTEGER,
  last_device_id  INTEGER,
  hop_count       INTEGER NOT NULL,
  outcome         TEXT NOT NULL,        -- delivered dropped left_host consumed split merged unknown
  confidence      REAL NOT NULL,        -- 1: one skb all the way; each join by evidence lowers it (README of paths)
  l3_bytes        INTEGER NOT NULL,     -- as last seen, without Ethernet header
  hops            TEXT NOT NULL         -- packed; read packet_hop
) STRICT;
CREATE INDEX packet_by_parent ON packet(parent_id) WHERE parent_id IS NOT NULL;

-- One packet of one conversation: a packet that NAT or a tunnel changed is in two.
CREATE VIEW packet_of_stream AS
SELECT stream_id AS of_stream_id, * FROM packet WHERE stream_id IS NOT NULL
UNION ALL
SELECT later_stream_id, * FROM packet WHERE later_stream_id IS NOT NULL;

-- One packet at one place of its way, seq from 0. Made from packet.hops when it is asked for: `vnscope query` can read it, a
-- plain SQLite shell cannot. Ask with a packet_id, or for the packets of one stream, in large stores.
CREATE VIEW packet_hop AS
SELECT p.packet_id, h.seq, p.first_ns + h.c0 AS ts_ns, d.host, h.c2 AS cpu, l.device_id, NULL AS element_id,
       h.c3 AS length_bytes, l.kind, h.c1 AS place_id,
       CASE h.c4 WHEN 0 THEN 'skb' WHEN 1 THEN 'clone' WHEN 2 THEN 'segment' WHEN 3 THEN 'merge' WHEN 4 THEN 'wire'
                 WHEN 5 THEN 'nat' ELSE 'upcall' END AS "join"
FROM packet p, unpack_rows(p.hops) h JOIN place l ON l.place_id = h.c1 LEFT JOIN device d ON d.device_id = l.device_id;

-- The same in words, with the wait at the place before.
CREATE VIEW packet_place AS
SELECT h.packet_id, h.seq, h.ts_ns, h.ts_ns - lag(h.ts_ns) OVER way AS wait_ns, l.name AS place, h.cpu, h.length_bytes,
       h."join"
FROM packet_hop h JOIN place l USING (place_id) WINDOW way AS (PARTITION BY h.packet_id ORDER BY h.seq);

-- Each step of a packet from place to place.
CREATE VIEW packet_step AS
SELECT packet_id, seq, lag(place) OVER (PARTITION BY packet_id ORDER BY seq) AS "from", place AS "to", 1 AS packets,
       length_bytes, wait_ns
FROM packet_place;

-- Traffic from one place to the next, all packets together. Counts are exact; quantiles of the time between the arrivals at
-- both places are at most 3.2 % off, the maximum is exact.
CREATE TABLE flow_edge(
  from_id        INTEGER NOT NULL,      -- place
  to_id          INTEGER NOT NULL,      -- place
  packets        INTEGER NOT NULL,      -- skbs; frames on the way into a GRO merge
  bytes          INTEGER NOT NULL,      -- as the kernel's counters count at that step
  latency_p50_ns INTEGER,               -- NULL: the way begins here
  latency_p99_ns INTEGER,
  latency_max_ns INTEGER,
  PRIMARY KEY(from_id, to_id)
) STRICT, WITHOUT ROWID;

-- The same for the packets of one conversation; of one that NAT or a tunnel made of another, from there on. More than one
-- part (from 0): too many were open at once; add up their counts.
CREATE TABLE stream_edge(
  stream_id      INTEGER NOT NULL,
  part           INTEGER NOT NULL,
  from_id        INTEGER NOT NULL,
  to_id          INTEGER NOT NULL,
  packets        INTEGER NOT NULL,
  bytes          INTEGER NOT NULL,
  latency_p50_ns INTEGER,
  latency_p99_ns INTEGER,
  latency_max_ns INTEGER,
  PRIMARY KEY(stream_id, part, from_id, to_id)
) STRICT, WITHOUT ROWID;

-- Traffic between two places in words: what reports show.
CREATE VIEW flow_summary AS
SELECT f.name AS "from", t.name AS "to", e.packets, e.bytes, e.latency_p50_ns, e.latency_p99_ns, e.latency_max_ns,
       f.kind AS from_kind, t.kind AS to_kind, f.device_id AS from_device_id, t.device_id AS to_device_id, e.from_id,
       e.to_id
FROM flow_edge e JOIN place f ON f.place_id = e.from_id JOIN place t ON t.place_id = e.to_id;

-- The same per conversation.
CREATE VIEW stream_flow AS
SELECT e.stream_id, e.part, f.name AS "from", t.name AS "to", e.packets, e.bytes, e.latency_p50_ns, e.latency_p99_ns,
       e.latency_max_ns, f.kind AS from_kind, t.kind AS to_kind, e.from_id, e.to_id
FROM stream_edge e JOIN place f ON f.place_id = e.from_id JOIN place t ON t.place_id = e.to_id;

-- Packets sent by one endpoint (a guest's or container's own device) and delivered at another of the traced hosts, and
-- the time from the sender's queue to the last sighting.
CREATE TABLE endpoint_flow(
  from_device_id INTEGER NOT NULL,
  to_device_id   INTEGER NOT NULL,
  packets        INTEGER NOT NULL,
  bytes          INTEGER NOT NULL,      -- with Ethernet header
  latency_p50_ns INTEGER NOT NULL,
  latency_p99_ns INTEGER NOT NULL,
  latency_max_ns INTEGER NOT NULL,
  PRIMARY KEY(from_device_id, to_device_id)
) STRICT, WITHOUT ROWID;

-- The same with the devices' names.
CREATE VIEW endpoint_summary AS
SELECT f.label AS "from", t.label AS "to", e.packets, e.bytes, e.latency_p50_ns, e.latency_p99_ns, e.latency_max_ns,
       e.from_device_id, e.to_device_id
FROM endpoint_flow e JOIN device f ON f.device_id = e.from_device_id JOIN device t ON t.device_id = e.to_device_id;

-- One packet that Open vSwitch had no flow for (or an action sent up), and its way through ovs-vswitchd. The cost splits
-- into upcall_ns to read_ns (kernel to ovs-vswitchd), to return_ns (in ovs-vswitchd), to sent_ns (back in the kernel).
CREATE TABLE ovs_upcall(
  packet_id   INTEGER,                  -- NULL: the packet was seen at no device
  datapath    TEXT NOT NULL,            -- its name; not unique: every namespace may have an "ovs-system"
  datapath_id INTEGER,                  -- the device that stands for it; NULL: the event did not name it
  host        TEXT NOT NULL,
  command     TEXT NOT NULL,            -- miss action
  handler     INTEGER NOT NULL,         -- netlink port of the ovs-vswitchd thread that was asked
  device_id   INTEGER,                  -- where the packet came in
  bytes       INTEGER NOT NULL,
  upcall_ns   INTEGER NOT NULL,
  read_ns     INTEGER,                  -- NULL: not known which read it was
  return_ns   INTEGER,                  -- NULL: it did not come back, or not recognisably
  sent_ns     INTEGER                   -- NULL: the same
) STRICT;

-- One Open vSwitch datapath, its lookups, and what those cost that its flow table had no answer for.
CREATE TABLE ovs_datapath(
  datapath_id        INTEGER,           -- the device that stands for it; NULL: the events did not name it
  name               TEXT NOT NULL,
  label              TEXT NOT NULL,     -- of the device: unique per host
  lookups            INTEGER NOT NULL,  -- packets that its ports received
  hits               INTEGER NOT NULL,  -- answered by the flow table
  misses             INTEGER NOT NULL,
  hit_rate           REAL,              -- NULL: no lookups
  upcall_p50_ns      INTEGER,           -- from the upcall until the packet went on
  upcall_p99_ns      INTEGER,
  upcall_max_ns      INTEGER,
  to_vswitchd_p50_ns INTEGER,           -- until ovs-vswitchd read it
  in_vswitchd_p50_ns INTEGER            -- from there until its actions began
) STRICT;
