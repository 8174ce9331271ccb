-- One network function, or a source of packets, as it told of itself or was seen at work.
CREATE TABLE nf_element(
  element_id   INTEGER PRIMARY KEY,
  host         TEXT NOT NULL,
  name         TEXT NOT NULL,
  kind         TEXT NOT NULL,           -- firewall, nat, ...; empty: not told
  is_source    INTEGER NOT NULL,        -- 1: packets come from here into what is traced
  function_key INTEGER                  -- what its events have in event.function_key
) STRICT;

-- One queue over the whole trace: in front of a network function; or one that is known by its polls only and built up
-- (table polled_queue).
CREATE TABLE nf_queue(
  queue_id           INTEGER PRIMARY KEY,
  host               TEXT NOT NULL,
  name               TEXT NOT NULL,
  element_id         INTEGER,           -- who reads it; NULL: nobody who is traced
  capacity           INTEGER,           -- packets; NULL: not told
  full_batch         INTEGER,           -- packets of a read that may have left some; NULL: not told
  packets            INTEGER NOT NULL,  -- read from it
  refused            INTEGER,           -- found no room; NULL: known by its polls only
  peak_pps           REAL,              -- how fast its reader works when it has enough to do (r_i); NULL: not known
  peak_low_pps       REAL,              -- bounds with 95 % confidence
  peak_high_pps      REAL,
  peak_batches       INTEGER NOT NULL,  -- that the rate is estimated from
  delay_median_ns    INTEGER,           -- from arrival until the reader wrote the packet on, in the trace's last second
  delay_threshold_ns INTEGER            -- above it a delay counts as unusual
) STRICT;

-- One queuing period: a queue from building up beyond a batch until it was empty again. Where only polls are known
-- it begins with the first poll that took all it may.
CREATE TABLE queuing_period(
  queue_id      INTEGER NOT NULL,
  element_id    INTEGER,                -- who reads it
  begin_ns      INTEGER NOT NULL,
  end_ns        INTEGER NOT NULL,
  packets_in    INTEGER,                -- NULL: known by its polls only
  packets_out   INTEGER NOT NULL,
  max_length    INTEGER,                -- packets; NULL: as packets_in
  is_persistent INTEGER NOT NULL        -- 1: it did not become empty for long: overload
) STRICT;
CREATE INDEX queuing_period_by_time ON queuing_period(begin_ns);

-- One queue without packet ids that built up: only how many packets each poll took is known. Who made packets wait
-- cannot be told of it. Its name, its packets and its peak rate are in nf_queue.
CREATE TABLE polled_queue(
  queue_id         INTEGER PRIMARY KEY,
  kind             TEXT NOT NULL,       -- napi, backlog (of a CPU), dpdk
  device_id        INTEGER,             -- NULL: a backlog
  polls            INTEGER NOT NULL,
  empty_polls      INTEGER NOT NULL,
  full_polls       INTEGER NOT NULL,    -- took all they may: more may have been waiting
  periods          INTEGER NOT NULL,    -- queuing periods
  queuing_ns       INTEGER NOT NULL,    -- their sum
  longest_run      INTEGER NOT NULL,    -- full polls in a row
  stalls           INTEGER,             -- see polling_stall; NULL: too few full polls in a row to tell
  longest_stall_ns INTEGER              -- NULL: none
) STRICT;

-- Nobody polled a queue for more than three times what a full batch takes, and the next poll was full. Of NAPI, which
-- sleeps when a queue is empty, only between two full polls.
CREATE TABLE polling_stall(
  queue_id INTEGER NOT NULL,
  begin_ns INTEGER NOT NULL,
  end_ns   INTEGER NOT NULL,
  packets  INTEGER NOT NULL             -- that the next poll took
) STRICT;
CREATE INDEX polling_stall_by_time ON polling_stall(begin_ns);

-- One queue of polled_queue, with its name and its peak rate.
CREATE VIEW polled_queue_summary AS
SELECT p.queue_id, q.host, q.name, p.kind, p.polls, p.full_polls, q.full_batch, q.packets, p.periods, p.queuing_ns,
       p.longest_run, p.stalls, p.longest_stall_ns, q.peak_pps
FROM polled_queue p JOIN nf_queue q USING(queue_id);

-- The length of one queue within one bin of 10 ms. Bins without arrival and read have no row.
CREATE TABLE nf_queue_length(
  queue_id INTEGER NOT NULL,
  begin_ns INTEGER NOT NULL,
  bin_ns   INTEGER NOT NULL,
  longest  INTEGER NOT NULL,            -- packets
  arrived  INTEGER NOT NULL             -- packets
) STRICT;
CREATE INDEX nf_queue_length_by_time ON nf_queue_length(begin_ns);

-- One flow that victims or culprits name, one way.
CREATE TABLE nf_flow(
  flow_id          INTEGER PRIMARY KEY,
  ip_version       INTEGER NOT NULL,
  protocol         INTEGER NOT NULL,    -- IP's number
  source           TEXT NOT NULL,
  source_port      INTEGER NOT NULL,    -- 0 without ports
  destination      TEXT NOT NULL,
  destination_port INTEGER NOT NULL
) STRICT;

-- One packet that fared badly: later than the import's --victims says (without it among the slowest 0.1 % of all that
-- arrived), lost in a queue, or held up so long that its flow came to a halt.
CREATE TABLE victim(
  victim_id     INTEGER PRIMARY KEY,    -- in the order of their beginning
  packet_id     INTEGER,                -- as the trace calls it; NULL: it gives no ids
  kind          TEXT NOT NULL,          -- latency, loss, throughput
  begin_ns      INTEGER NOT NULL,
  end_ns        INTEGER NOT NULL,       -- when it left what is traced, or was lost
  latency_ns    INTEGER,                -- NULL: lost
  flow_id       INTEGER,                -- NULL: not told
  lost_queue_id INTEGER,                -- where it was lost
  is_persistent INTEGER NOT NULL        -- 1: a queue on its way was overloaded for long
) STRICT;
CREATE INDEX victim_by_time ON victim(begin_ns);

-- A queue on a victim's way where it waited unusually long, and what was found there (Microscope, section 4.1).
CREATE TABLE victim_hop(
  victim_id        INTEGER NOT NULL,
  queue_id         INTEGER NOT NULL,
  element_id       INTEGER,             -- who reads the queue
  arrival_ns       INTEGER NOT NULL,
  read_ns          INTEGER NOT NULL,
  left_ns          INTEGER NOT NULL,    -- written to the next queue, or lost
  period_begin_ns  INTEGER NOT NULL,    -- the queue began to build up
  packets_arrived  INTEGER NOT NULL,    -- since then, n_i
  packets_read     INTEGER NOT NULL,    -- since then, n_p
  peak_pps         REAL,                -- r_i; NULL: not known, then all is laid on the element
  input_score      REAL NOT NULL,       -- packets: too many came, S_i
  processing_score REAL NOT NULL,       -- packets: the element was slower than it can be, S_p
  seconds          REAL NOT NULL        -- that it waited
) STRICT;
CREATE INDEX victim_hop_by_victim ON victim_hop(victim_id);

-- Somebody made a victim wait at one element of its way: <culprit packets, culprit> -> <victim packet, element>.
CREATE TABLE causal_relation(
  victim_id          INTEGER NOT NULL,
  victim_packet_id   INTEGER,
  victim_element_id  INTEGER,
  culprit_kind       TEXT NOT NULL,     -- element: it was slower than it can be; source: packets came too close together
  culprit_element_id INTEGER,           -- NULL: outside of what is traced
  score              REAL NOT NULL,     -- seconds of the victim's wait
  share              REAL NOT NULL,     -- of all that the victim waited where it is explained
  depth              INTEGER NOT NULL,  -- queues between: 0 for the queue where the victim waited
  culprit_begin_ns   INTEGER NOT NULL,  -- what the culprit did: the largest part of it
  culprit_end_ns     INTEGER NOT NULL,
  gap_ns             INTEGER NOT NULL,  -- from the culprit's begin until the victim came to the element
  culprit_packets    INTEGER NOT NULL,
  culprit_flow_id    INTEGER            -- the flow with the largest surplus; NULL: none stands out
) STRICT;
CREATE INDEX causal_relation_by_victim ON causal_relation(victim_id);

-- One step of how a victim was explained, for the worst victims and some of each culprit: a queue that was looked into.
CREATE TABLE victim_step(
  victim_id        INTEGER NOT NULL,
  step             INTEGER NOT NULL,    -- from 1, in the order of looking
  depth            INTEGER NOT NULL,    -- recursions before it
  queue_id         INTEGER NOT NULL,
  element_id       INTEGER,             -- who reads the queue
  share            REAL NOT NULL,       -- of the victim's wait that is looked into here
  period_begin_ns  INTEGER NOT NULL,
  period_end_ns    INTEGER NOT NULL,
  packets_arrived  INTEGER NOT NULL,
  packets_read     INTEGER NOT NULL,
  peak_pps         REAL,
  input_score      REAL NOT NULL,
  processing_score REAL NOT NULL,
  spans            TEXT NOT NULL,       -- how far apart the packets of the period were when they left whom, by who handed them on
  PRIMARY KEY(victim_id, step)
) STRICT, WITHOUT ROWID;

-- One pattern of causal relations: flows at one place made flows at another place wait (Microscope, section 4.4).
CREATE TABLE causal_pattern(
  rank                      INTEGER PRIMARY KEY,
  score                     REAL NOT NULL,    -- seconds of victims' waits that no other pattern has
  share                     REAL NOT NULL,    -- of all such seconds
  relations                 INTEGER NOT NULL,
  culprit_place             TEXT NOT NULL,    -- name or kind of network function, or "any"
  culprit_scope             TEXT NOT NULL,    -- instance, type, any
  culprit_protocol          INTEGER,          -- NULL: several, or not told
  culprit_source            TEXT NOT NULL,    -- prefix; empty: not told, or no flow stands out
  culprit_source_ports      TEXT NOT NULL,    -- "2000" or "2000-2008"
  culprit_destination       TEXT NOT NULL,
  culprit_destination_ports TEXT NOT NULL,
  victim_place              TEXT NOT NULL,
  victim_scope              TEXT NOT NULL,
  victim_protocol           INTEGER,
  victim_source             TEXT NOT NULL,
  victim_source_ports       TEXT NOT NULL,
  victim_destination        TEXT NOT NULL,
  victim_destination_ports  TEXT NOT NULL
) STRICT;

-- One culprit of victims, with how many have it first.
CREATE TABLE nf_culprit(
  culprit_rank       INTEGER PRIMARY KEY,
  culprit_kind       TEXT NOT NULL,     -- as causal_relation
  culprit_element_id INTEGER,
  victims_late       INTEGER NOT NULL,  -- late packets that it has the largest part of
  victims_lost       INTEGER NOT NULL,
  share              REAL NOT NULL,     -- of all victims, each counting once
  worst_latency_ns   INTEGER            -- of the late packets that it has the largest part of
) STRICT;

-- What Microscope measured of the whole trace, one row.
CREATE TABLE microscope_summary(
  packets_arrived      INTEGER NOT NULL,
  packets_lost         INTEGER NOT NULL,
  victims_late         INTEGER NOT NULL, -- all of them, though not all may be in table victim
  victims_lost         INTEGER NOT NULL,
  victims_throughput   INTEGER NOT NULL DEFAULT 0, -- times that a flow came to a halt; a packet stands for each
  percentile           REAL NOT NULL,    -- share of packets that were not later than latency_threshold_ns
  latency_median_ns    INTEGER,          -- NULL: no packet was seen from its source to its end
  latency_p999_ns      INTEGER,          -- 99.9 % of the packets took no longer
  latency_threshold_ns INTEGER           -- who took longer is late
) STRICT;

-- Who made packets of whom late, by name and kind, one row for each causal relation.
CREATE VIEW causal_summary AS
SELECT r.victim_id, v.kind AS victim_kind, r.culprit_kind,
       CASE WHEN r.culprit_kind = 'source' THEN 'source' ELSE coalesce(nullif(c.kind, ''), '(kind not told)') END AS culprit_type,
       coalesce(c.name, '(outside)') AS culprit, r.culprit_element_id,
       coalesce(nullif(e.kind, ''), '(kind not told)') AS victim_type,
       coalesce(e.name, '(outside)') AS victim_element, r.victim_element_id,
       r.score, r.share, r.depth, r.culprit_begin_ns, r.culprit_end_ns, r.gap_ns, r.culprit_packets, r.culprit_flow_id
FROM causal_relation r
JOIN victim v USING(victim_id)
LEFT JOIN nf_element c ON c.element_id = r.culprit_element_id
LEFT JOIN nf_element e ON e.element_id = r.victim_element_id;

-- Victims by kind of culprit and kind of network function where they waited, each victim counting once: Table 2 of the paper.
CREATE VIEW culprit_by_type AS
SELECT culprit_type, victim_type, sum(share) / (SELECT count(*) FROM victim) AS share
FROM causal_summary GROUP BY culprit_type, victim_type;

-- Victims by culprit and kind of network function where they waited, each victim counting once: Table 3 of the paper.
CREATE VIEW culprit_by_element AS
SELECT culprit_element_id, culprit_kind, culprit, victim_type, sum(share) / (SELECT count(*) FROM victim) AS share
FROM causal_summary GROUP BY culprit_element_id, culprit_kind, culprit, victim_type;

-- When a culprit did what made victims wait, in bins of 10 ms, each victim counting once.
CREATE VIEW culprit_over_time AS
SELECT culprit_kind, culprit_element_id, culprit_begin_ns / 10000000 * 10000000 AS begin_ns, 10000000 AS bin_ns,
       sum(share) AS victims
FROM causal_relation GROUP BY culprit_kind, culprit_element_id, culprit_begin_ns / 10000000;

-- How long after its cause a victim waits, in bins of 100 us, each victim counting once: Figure 15 of the paper.
CREATE VIEW culprit_gap AS
SELECT gap_ns / 100000 * 100000 AS gap_ns, 100000 AS bin_ns, sum(share) / (SELECT count(*) FROM victim) AS share
FROM causal_relation GROUP BY gap_ns / 100000;

-- One culprit of one victim, over all places where the victim waited for it.
CREATE VIEW victim_suspect AS
SELECT victim_id, culprit_kind, culprit, culprit_element_id, sum(share) AS share, sum(score) AS score
FROM causal_summary GROUP BY victim_id, culprit_kind, culprit, culprit_element_id;

-- One victim with its flow and its first suspect.
CREATE VIEW victim_summary AS
SELECT v.victim_id, v.kind, v.begin_ns, v.end_ns, v.latency_ns, v.packet_id,
       f.protocol, f.source, f.source_port, f.destination, f.destination_port,
       r.culprit_kind, r.culprit, r.culprit_element_id, r.share, r.score, q.name AS lost_queue, v.is_persistent
FROM victim v
LEFT JOIN nf_flow f USING(flow_id)
LEFT JOIN nf_queue q ON q.queue_id = v.lost_queue_id
LEFT JOIN (SELECT victim_id, culprit_kind, culprit, culprit_element_id, max(share) AS share, score
           FROM victim_suspect GROUP BY victim_id) r USING(victim_id);
