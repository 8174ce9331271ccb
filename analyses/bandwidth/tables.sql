-- The whole traffic of one device, counted as the kernel's own counters count (README.md of this folder): bytes include the
-- Ethernet header except on bridges, internal ports and loopback. NULL: the trace cannot tell.
CREATE TABLE device_traffic(
  device_id     INTEGER PRIMARY KEY,
  rx_packets    INTEGER,
  rx_bytes      INTEGER,
  rx_l3_bytes   INTEGER,                -- without Ethernet headers
  tx_packets    INTEGER,
  tx_bytes      INTEGER,
  tx_l3_bytes   INTEGER,
  rx_basis      TEXT NOT NULL,          -- exact, estimated (GRO merged frames before we saw them), unobserved
  tx_basis      TEXT NOT NULL           -- exact, unobserved
) STRICT;

-- One device, one direction, one time bin that is not empty. bin_ns is 1 ms, 10 ms, 100 ms, 1 s or 10 s: choose one in
-- WHERE, or the same packet is counted five times. Bins are aligned to the epoch.
CREATE TABLE bandwidth(
  device_id INTEGER NOT NULL,
  direction TEXT NOT NULL,              -- rx, tx
  begin_ns  INTEGER NOT NULL,
  bin_ns    INTEGER NOT NULL,
  packets   INTEGER NOT NULL,
  bytes     INTEGER NOT NULL,           -- as device_traffic counts them
  l3_bytes  INTEGER NOT NULL
) STRICT;
CREATE INDEX bandwidth_by_device ON bandwidth(bin_ns, device_id, direction, begin_ns);

-- The packets of one device that one CPU received or transmitted, counted as device_traffic counts them: in sum less than
-- there only where the trace ended before it told whose they were.
CREATE TABLE device_cpu(
  device_id  INTEGER NOT NULL,
  host       TEXT NOT NULL,
  cpu        INTEGER NOT NULL,
  rx_packets INTEGER NOT NULL,
  tx_packets INTEGER NOT NULL,
  PRIMARY KEY(device_id, host, cpu)
) STRICT, WITHOUT ROWID;

-- The same with the device's name, all its packets, and the share of them that was this CPU's.
CREATE VIEW device_cpu_summary AS
SELECT c.device_id, d.label AS device, c.host, c.cpu, c.rx_packets, c.tx_packets, c.rx_packets + c.tx_packets AS packets,
       100.0 * (c.rx_packets + c.tx_packets) / a.packets AS percent, a.packets AS device_packets
FROM device_cpu c
JOIN (SELECT device_id, sum(rx_packets + tx_packets) AS packets FROM device_cpu GROUP BY device_id) a USING (device_id)
JOIN device d USING (device_id);

-- One device's traffic with its losses and offloading: the one table most people want first.
CREATE VIEW device_total AS
SELECT d.device_id, d.host, d.label AS name, d.kind,
       t.rx_packets, t.rx_bytes, t.tx_packets, t.tx_bytes,
       coalesce(p.drops, 0) AS drops,
       o.gro_frames AS gro_packets, o.gso_packets,
       t.rx_l3_bytes, t.tx_l3_bytes, t.rx_basis, t.tx_basis
FROM device d
LEFT JOIN device_traffic t USING (device_id)
LEFT JOIN (SELECT device_id, count(*) AS drops FROM packet_drop GROUP BY device_id) p USING (device_id)
LEFT JOIN device_offload o USING (device_id);
