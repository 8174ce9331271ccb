-- One conversation: both directions of a 5-tuple (for ICMP: address pair and echo identifier). A is the side whose packet
-- was seen first. Each packet counts once, at its first appearance on a host, however many devices it crosses.
CREATE TABLE stream(
  stream_id              INTEGER PRIMARY KEY,
  protocol               TEXT NOT NULL,    -- tcp, udp, icmp, icmpv6
  addr_a                 TEXT NOT NULL,
  port_a                 INTEGER,          -- NULL for ICMP
  addr_b                 TEXT NOT NULL,
  port_b                 INTEGER,
  packets_ab             INTEGER NOT NULL, -- skbs: a super-packet counts once
  bytes_ab               INTEGER NOT NULL, -- with Ethernet header
  payload_bytes_ab       INTEGER NOT NULL, -- above TCP/UDP/ICMP
  unique_bytes_ab        INTEGER,          -- TCP: payload without what was sent again
  retransmissions_ab     INTEGER,          -- TCP: skbs that carry sequence numbers sent before
  packets_ba             INTEGER NOT NULL,
  bytes_ba               INTEGER NOT NULL,
  payload_bytes_ba       INTEGER NOT NULL,
  unique_bytes_ba        INTEGER,
  retransmissions_ba     INTEGER,
  first_ns               INTEGER NOT NULL,
  last_ns                INTEGER NOT NULL,
  rate_ab_bps            REAL,             -- bytes_ab * 8 over last - first; NULL for a single instant
  rate_ba_bps            REAL,
  first_device_id        INTEGER,          -- where A's first packet appeared
  origin                 TEXT NOT NULL,    -- local (sent on a traced host), external (came in by a NIC)
  continued              INTEGER NOT NULL  -- 1: more rows of the same 5-tuple exist, because too many were open at once
) STRICT;

-- Conversations by protocol: the summary that reports show.
CREATE VIEW stream_summary AS
SELECT protocol, count(*) AS streams, sum(packets_ab + packets_ba) AS packets, sum(bytes_ab + bytes_ba) AS bytes,
       sum(retransmissions_ab) + sum(retransmissions_ba) AS retransmissions
FROM stream GROUP BY protocol;

-- One conversation with the sums of both directions, and its name: order by bytes to see the largest first.
CREATE VIEW stream_total AS
SELECT *, protocol || ' ' || addr_a || coalesce(':' || port_a, '') || ' – ' || addr_b || coalesce(':' || port_b, '')
         AS label,
       packets_ab + packets_ba AS packets, bytes_ab + bytes_ba AS bytes,
       coalesce(retransmissions_ab + retransmissions_ba, retransmissions_ab, retransmissions_ba) AS retransmissions,
       last_ns - first_ns AS duration_ns
FROM stream;
