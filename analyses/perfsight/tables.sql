-- One element of a software data plane: something that packets or bytes go through, with counters (PerfSight, section 4).
CREATE TABLE element(
  element_id   INTEGER PRIMARY KEY,
  host         TEXT NOT NULL,
  name         TEXT NOT NULL,
  kind         TEXT NOT NULL,           -- free: pnic, tun, backlog, qdisc, haproxy, ...; README of recording/agent has the agent's
  layer        TEXT NOT NULL,           -- nic driver softirq switch hypervisor guest middlebox
  tenant       TEXT NOT NULL,           -- empty: nobody's
  vm           TEXT NOT NULL,           -- whose path it is on; empty: shared
  capacity_bps INTEGER,                 -- NULL: not known
  parent_id    INTEGER                  -- the element that it is a part of
) STRICT;

-- Packets or bytes go from one element to another, as their author said.
CREATE TABLE element_neighbour(
  from_id  INTEGER NOT NULL,
  to_id    INTEGER NOT NULL,
  coupling TEXT NOT NULL,               -- tcp packet call
  PRIMARY KEY(from_id, to_id)
) STRICT, WITHOUT ROWID;

-- Somebody that a middlebox talks to, by address: the two ends of a connection have the same addresses, exchanged.
CREATE TABLE element_peer(
  element_id INTEGER NOT NULL,
  peer       TEXT NOT NULL,             -- "10.0.0.1:80": it connected there; "10.0.0.1": that one connected
  local      TEXT NOT NULL,             -- its own address towards the peer; empty: not known
  PRIMARY KEY(element_id, peer, local)
) STRICT, WITHOUT ROWID;

-- What an element had counted by a moment, since it began or the trace did. NULL: it does not count this.
CREATE TABLE element_count(
  ts_ns          INTEGER NOT NULL,
  element_id     INTEGER NOT NULL,
  in_packets     INTEGER,
  out_packets    INTEGER,
  in_bytes       INTEGER,
  out_bytes      INTEGER,
  drop_packets   INTEGER,
  in_time_ns     INTEGER,               -- in the input method, waiting included
  out_time_ns    INTEGER,
  queued_packets INTEGER                -- now, not cumulative
) STRICT;
CREATE INDEX element_count_by_time ON element_count(ts_ns);

-- The same of a middlebox for one of its peers.
CREATE TABLE element_peer_count(
  ts_ns       INTEGER NOT NULL,
  element_id  INTEGER NOT NULL,
  peer        TEXT NOT NULL,            -- as element_peer
  local       TEXT NOT NULL,
  in_packets  INTEGER NOT NULL,
  out_packets INTEGER NOT NULL,
  in_bytes    INTEGER NOT NULL,
  out_bytes   INTEGER NOT NULL,
  in_time_ns  INTEGER NOT NULL,
  out_time_ns INTEGER NOT NULL
) STRICT;
CREATE INDEX element_peer_count_by_time ON element_peer_count(ts_ns);

-- Any other attribute of an element at a moment; the unit is the suffix of its name.
CREATE TABLE element_attribute(
  ts_ns      INTEGER NOT NULL,
  element_id INTEGER NOT NULL,
  attribute  TEXT NOT NULL,
  value      INTEGER NOT NULL
) STRICT;
CREATE INDEX element_attribute_by_time ON element_attribute(ts_ns);

-- Everything that was sampled, as <timestamp, element, attribute, value>.
CREATE VIEW element_sample AS
SELECT ts_ns, element_id, 'in_packets' AS attribute, in_packets AS value FROM element_count WHERE in_packets IS NOT NULL
UNION ALL SELECT ts_ns, element_id, 'out_packets', out_packets FROM element_count WHERE out_packets IS NOT NULL
UNION ALL SELECT ts_ns, element_id, 'in_bytes', in_bytes FROM element_count WHERE in_bytes IS NOT NULL
UNION ALL SELECT ts_ns, element_id, 'out_bytes', out_bytes FROM element_count WHERE out_bytes IS NOT NULL
UNION ALL SELECT ts_ns, element_id, 'drop_packets', drop_packets FROM element_count WHERE drop_packets IS NOT NULL
UNION ALL SELECT ts_ns, element_id, 'in_time_ns', in_time_ns FROM element_count WHERE in_time_ns IS NOT NULL
UNION ALL SELECT ts_ns, element_id, 'out_time_ns', out_time_ns FROM element_count WHERE out_time_ns IS NOT NULL
UNION ALL SELECT ts_ns, element_id, 'queued_packets', queued_packets FROM element_count WHERE queued_packets IS NOT NULL
UNION ALL SELECT ts_ns, element_id, attribute, value FROM element_attribute;

-- What an element lost in one window; windows without a loss have no row. bin_ns is the window's length.
CREATE TABLE element_loss(
  element_id INTEGER NOT NULL,
  begin_ns   INTEGER NOT NULL,
  bin_ns     INTEGER NOT NULL,
  packets    INTEGER NOT NULL,
  share      REAL,                      -- of what came in, 0 to 1; NULL: not known
  is_counted INTEGER NOT NULL           -- 1: it counts drops itself; 0: input less output
) STRICT;
CREATE INDEX element_loss_by_time ON element_loss(begin_ns);

-- A state of a middlebox for a while.
CREATE TABLE element_state(
  element_id    INTEGER NOT NULL,
  state         TEXT NOT NULL,          -- running read_blocked write_blocked idle unknown; overloaded underloaded cycle: it is the cause
  valid_from_ns INTEGER NOT NULL,
  valid_to_ns   INTEGER NOT NULL
) STRICT;

-- Data went from one middlebox to another in some windows of a chain. Both ways have a row when it changed.
CREATE TABLE chain_link(
  from_id  INTEGER NOT NULL,
  to_id    INTEGER NOT NULL,
  coupling TEXT NOT NULL,               -- as element_neighbour
  windows  INTEGER NOT NULL,
  PRIMARY KEY(from_id, to_id)
) STRICT, WITHOUT ROWID;

-- For a while, this middlebox was the one that others of its chain waited for.
CREATE TABLE root_cause(
  element_id    INTEGER NOT NULL,
  label         TEXT NOT NULL,          -- overloaded underloaded cycle
  valid_from_ns INTEGER NOT NULL,
  valid_to_ns   INTEGER NOT NULL,
  windows       INTEGER NOT NULL,       -- how many windows in a row said so
  confidence    TEXT NOT NULL,          -- of the surest of them: possible likely certain
  waiting       TEXT NOT NULL,          -- who waits for it in the surest of them
  reasoning     TEXT NOT NULL           -- the steps of Algorithm 2 there, one a line
) STRICT;

-- For a while, a resource of a host was short, by a rule of the rule book.
CREATE TABLE resource_shortage(
  host          TEXT NOT NULL,
  resource      TEXT NOT NULL,
  scope         TEXT NOT NULL,          -- contention bottleneck
  drop_place    TEXT NOT NULL,          -- kind of the elements that lost packets
  element_id    INTEGER NOT NULL,       -- the one that lost most
  vm            TEXT NOT NULL,          -- whose, when it is a VM's bottleneck
  valid_from_ns INTEGER NOT NULL,
  valid_to_ns   INTEGER NOT NULL,
  windows       INTEGER NOT NULL,
  lost_packets  INTEGER NOT NULL,
  confidence    TEXT NOT NULL,          -- possible likely certain
  evidence      TEXT NOT NULL,          -- what was measured, and what the rule asks of it
  not_measured  TEXT NOT NULL           -- conditions of the rule that nobody could check
) STRICT;
