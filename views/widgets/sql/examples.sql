-- SPDX-License-Identifier: Apache-2.0
-- Questions that stores can answer, each below its title. The first one is what a reader sees first.

-- Traffic and drops of each device
SELECT name, kind, rx_packets, tx_packets, drops
  FROM device_total
 ORDER BY drops DESC, rx_bytes + tx_bytes DESC;

-- Where packets were dropped
SELECT device, place, reason_name, drops, first_ns, last_ns
  FROM drop_summary
 ORDER BY drops DESC;

-- The ten largest conversations
SELECT protocol, addr_a, port_a, addr_b, port_b, packets, bytes
  FROM stream_total
 ORDER BY bytes DESC
 LIMIT 10;

-- Where packets waited longest
SELECT "from", "to", count(*) AS steps, max(wait_ns) AS max_ns, avg(wait_ns) AS mean_ns
  FROM packet_step
 WHERE wait_ns IS NOT NULL
 GROUP BY "from", "to"
 ORDER BY max_ns DESC
 LIMIT 20;

-- What changed in the topology
SELECT ts_ns, kind, subject, detail
  FROM topology_change
 ORDER BY ts_ns
 LIMIT 1000;

-- What was wrong with the trace
SELECT *
  FROM data_quality;
