-- The core tables: what every store has, whatever analyses ran. One comment above each table: what one row means.

-- One fact about this store as a whole (schema_version, vnscope_version, begin_ns, end_ns, command, complete).
CREATE TABLE meta(
  key   TEXT PRIMARY KEY,
  value ANY
) STRICT, WITHOUT ROWID;

-- One table or view of this store.
CREATE TABLE table_comment(
  name    TEXT PRIMARY KEY,
  comment TEXT NOT NULL                -- what one row of it means
) STRICT, WITHOUT ROWID;

-- One CTF trace of the session.
CREATE TABLE trace(
  trace_id          INTEGER PRIMARY KEY,
  path              TEXT NOT NULL,
  host              TEXT NOT NULL,
  domain            TEXT NOT NULL,     -- kernel, ust, dpdk, perf, ebpf, or '' when the trace does not tell
  tracer            TEXT NOT NULL,
  kernel_release    TEXT NOT NULL,
  begin_ns          INTEGER NOT NULL,
  end_ns            INTEGER NOT NULL,
  clock_offset_ns   INTEGER NOT NULL,  -- correction added to the trace's own clock
  events            INTEGER NOT NULL,  -- all events read, understood or not
  discarded_events  INTEGER NOT NULL,  -- as the tracer itself counted
  discarded_packets INTEGER NOT NULL
) STRICT;

-- One CTF data stream of a trace (for LTTng: one channel of one CPU).
CREATE TABLE trace_stream(
  trace_id INTEGER NOT NULL,
  name     TEXT NOT NULL,              -- file name inside the trace
  cpu      INTEGER,
  state    TEXT NOT NULL,              -- whole, partial, unreadable
  events   INTEGER NOT NULL,
  bytes    INTEGER NOT NULL
) STRICT;

-- One defect of the data: what is missing or was repaired, and what to do about it next time.
CREATE TABLE data_quality(
  quality_id INTEGER PRIMARY KEY,
  trace_id   INTEGER,                  -- NULL: the whole session
  ts_ns      INTEGER,                  -- first time it was met, when it has one
  severity   TEXT NOT NULL,            -- info, defect, data_loss
  kind       TEXT NOT NULL,            -- stable name, e.g. discarded_events
  subject    TEXT NOT NULL,            -- what it touches: a stream file, device, CPU, analysis; may be ''
  count      INTEGER NOT NULL,
  message    TEXT NOT NULL,
  advice     TEXT NOT NULL
) STRICT;

-- One event class met in a trace.
CREATE TABLE event_class(
  trace_id       INTEGER NOT NULL,
  name           TEXT NOT NULL,
  count          INTEGER NOT NULL,
  schema         TEXT,                 -- the vocabulary's name; NULL: not understood, only counted
  missing_fields TEXT NOT NULL         -- comma-separated fields of the schema that this trace lacks
) STRICT;

-- One analysis of this build and how far it could go with this trace.
CREATE TABLE analysis(
  analysis       TEXT PRIMARY KEY,
  version        INTEGER NOT NULL,
  title          TEXT NOT NULL,
  question       TEXT NOT NULL,
  state          TEXT NOT NULL,        -- complete, partial (optional events absent), missing_events (could not run), not_asked
  missing_events TEXT NOT NULL,        -- events absent from the trace that it needs or could use
  advice         TEXT NOT NULL         -- how to record them, or to ask for it, next time
) STRICT, WITHOUT ROWID;

-- One answer, ranked over all analyses: the most important has rank 1.
CREATE TABLE finding(
  finding_id   INTEGER PRIMARY KEY,
  analysis     TEXT NOT NULL,
  rank         INTEGER NOT NULL,
  score        REAL NOT NULL,          -- 0..1, what rank orders by
  subject_kind TEXT NOT NULL,          -- device, stream, cpu, trace, place
  subject_id   INTEGER,                -- id in the subject's table, when it has one
  title        TEXT NOT NULL,
  detail       TEXT NOT NULL,
  begin_ns     INTEGER NOT NULL,
  end_ns       INTEGER NOT NULL,
  quality      TEXT NOT NULL           -- which data loss could change it; '' when none is known
) STRICT;
