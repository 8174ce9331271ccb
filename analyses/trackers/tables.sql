-- One network device over its life. Kernel events carry a name only; two devices of one name (every container has an
-- eth0) are told apart by their veth peer where packets show it. What no evidence separates is one row with ambiguous = 1.
CREATE TABLE device(
  device_id     INTEGER PRIMARY KEY,
  host          TEXT NOT NULL,
  netns         INTEGER,                -- inode of the namespace; NULL: the trace does not tell
  ifindex       INTEGER,                -- NULL: the trace does not tell
  name          TEXT NOT NULL,
  label         TEXT NOT NULL,          -- name, or name@peer where several devices share the name: unique per host
  mac           TEXT,
  kind          TEXT NOT NULL,          -- nic bridge veth tap vlan vxlan ovs loopback unknown
  peer_id       INTEGER,                -- the other end of a veth
  lower_id      INTEGER,                -- the device below a VLAN device
  bridge_id     INTEGER,                -- the bridge it is a port of (last seen)
  ambiguous     INTEGER NOT NULL,       -- 1: several devices may hide behind this row
  evidence      TEXT NOT NULL,          -- why we think so
  first_seen_ns INTEGER NOT NULL,
  last_seen_ns  INTEGER NOT NULL
) STRICT;
