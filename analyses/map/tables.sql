-- One node of the map: a device of a traced host, a station known by its MAC alone, or an anonymous segment (a hub, a switch
-- that is not traced).
CREATE TABLE topology_node(
  node_id       INTEGER PRIMARY KEY,
  kind          TEXT NOT NULL,    -- device, station, segment
  device_id     INTEGER,          -- row of `device`; NULL for the others
  host          TEXT NOT NULL,    -- '' for stations and segments
  netns         TEXT NOT NULL,    -- name or inode of the namespace; '': the first one, or not known
  name          TEXT NOT NULL,
  mac           TEXT,
  device_kind   TEXT NOT NULL,    -- as in `device`; '' for the others
  ifindex       INTEGER,
  addresses     TEXT NOT NULL,    -- IP addresses, comma-separated, as a state dump told
  valid_from_ns INTEGER NOT NULL,
  valid_to_ns   INTEGER NOT NULL
) STRICT;

-- One connection for a while. Where several rows share a number in `alternatives`, one of them is true.
CREATE TABLE topology_edge(
  edge_id       INTEGER PRIMARY KEY,
  from_id       INTEGER NOT NULL, -- topology_node
  to_id         INTEGER NOT NULL,
  kind          TEXT NOT NULL,    -- bridge_port, veth_pair, attached_host, uplink, tunnel, patch, vlan_device, tap_owner
  vlan          INTEGER,          -- NULL: all, or untagged
  valid_from_ns INTEGER NOT NULL,
  valid_to_ns   INTEGER NOT NULL,
  method        TEXT NOT NULL,    -- fdb_event, statedump, skb_continuity, local_address, elimination, shared_segment
  evidence      INTEGER NOT NULL, -- observations that it rests on
  certainty     TEXT NOT NULL,    -- certain, inferred, ambiguous
  alternatives  INTEGER           -- NULL: none
) STRICT;

-- One observed change of the map.
CREATE TABLE topology_change(
  change_id  INTEGER PRIMARY KEY,
  ts_ns      INTEGER NOT NULL,
  kind       TEXT NOT NULL,       -- appeared, vanished, moved, flapping, aged
  subject_id INTEGER,             -- topology_node: what it happened to
  from_id    INTEGER,             -- where it was
  to_id      INTEGER,             -- where it is
  subject    TEXT NOT NULL,
  detail     TEXT NOT NULL
) STRICT;

-- One MAC that a bridge knew on a port for a while.
CREATE TABLE fdb_entry(
  fdb_entry_id     INTEGER PRIMARY KEY,
  bridge_id        INTEGER NOT NULL, -- topology_node
  port_id          INTEGER,          -- topology_node; NULL: the bridge itself
  mac              TEXT NOT NULL,
  vlan             INTEGER NOT NULL, -- 0: the bridge does not filter VLANs
  valid_from_ns    INTEGER NOT NULL,
  valid_to_ns      INTEGER NOT NULL,
  origin           TEXT NOT NULL,    -- learned, statedump, static, external, local
  end              TEXT NOT NULL,    -- open, moved, aged, deleted
  doubtful_from_ns INTEGER           -- events were lost from here on that may have changed it
) STRICT;

-- One VLAN of a bridge or Open vSwitch port for a while.
CREATE TABLE port_vlan(
  port_vlan_id  INTEGER PRIMARY KEY,
  device_id     INTEGER NOT NULL,
  vlan          INTEGER NOT NULL,
  mode          TEXT NOT NULL,    -- access (untagged on the wire), trunk (tagged)
  valid_from_ns INTEGER NOT NULL, -- first time it was seen or told
  valid_to_ns   INTEGER NOT NULL,
  method        TEXT NOT NULL     -- statedump, skb_continuity (packets got or lost this tag there)
) STRICT;
