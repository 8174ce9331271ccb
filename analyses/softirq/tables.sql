-- Time one CPU spent in one network softirq.
CREATE TABLE softirq_time(
  cpu      INTEGER NOT NULL,
  host     TEXT NOT NULL,
  vector   TEXT NOT NULL,               -- NET_RX, NET_TX
  entries  INTEGER NOT NULL,
  total_ns INTEGER NOT NULL,
  max_ns   INTEGER NOT NULL
) STRICT;

-- Time one CPU spent in one network softirq within one time bin; bin_ns is 10 ms, 100 ms, 1 s or 10 s.
CREATE TABLE softirq_bin(
  cpu      INTEGER NOT NULL,
  host     TEXT NOT NULL,
  vector   TEXT NOT NULL,
  begin_ns INTEGER NOT NULL,
  bin_ns   INTEGER NOT NULL,
  busy_ns  INTEGER NOT NULL
) STRICT;
CREATE INDEX softirq_bin_by_time ON softirq_bin(bin_ns, begin_ns);

-- NAPI polls of one device on one CPU. device "(backlog)" is the CPU's own queue, which veth uses.
CREATE TABLE napi_poll(
  device_id   INTEGER,                  -- NULL: the per-CPU backlog
  device      TEXT NOT NULL,
  cpu         INTEGER NOT NULL,
  host        TEXT NOT NULL,
  polls       INTEGER NOT NULL,
  empty_polls INTEGER NOT NULL,         -- polls that found nothing
  full_polls  INTEGER NOT NULL,         -- polls that used their whole budget: more was waiting
  packets     INTEGER,                  -- NULL: kernel < 4.8 does not tell
  budget      INTEGER,                  -- sum of budgets offered
  max_packets INTEGER
) STRICT;
