-- One kind of event in table event, by the vocabulary's name.
CREATE TABLE event_name(
  name_id INTEGER PRIMARY KEY,
  name    TEXT NOT NULL                 -- as `vnscope list events` has it; events_lost: the tracer lost some here
) STRICT;

-- One event that vnscope understands; only where it was imported with --events, and no more than its limit. View
-- event_list has the same with names.
CREATE TABLE event(
  event_id     INTEGER PRIMARY KEY,     -- 1, 2, 3, ... in time order
  ts_ns        INTEGER NOT NULL,
  trace_id     INTEGER NOT NULL,
  cpu          INTEGER NOT NULL,
  name_id      INTEGER NOT NULL,
  device_id    INTEGER,                 -- that the event names, or where its packet was seen last; NULL: none is known
  stream_id    INTEGER,                 -- conversation that its packet's headers belong to; NULL: none is known
  function_key INTEGER,                 -- network function that it is about (nf_element.function_key); NULL: none
  skb          INTEGER,                 -- kernel address, as a signed number; NULL: the event is not of an skb
  length       INTEGER,                 -- bytes, as this kind of event counts them; NULL: it has no length
  fields       TEXT NOT NULL            -- the others: name=value name=value; an optional one with its default is left out
) STRICT;
CREATE INDEX event_by_time ON event(ts_ns);

-- One event, with names instead of numbers: the table event for people.
CREATE VIEW event_list AS
SELECT e.event_id, e.ts_ns, (SELECT t.host FROM trace t WHERE t.trace_id = e.trace_id) AS host, e.cpu,
       (SELECT n.name FROM event_name n WHERE n.name_id = e.name_id) AS event,
       e.device_id, (SELECT d.label FROM device d WHERE d.device_id = e.device_id) AS device,
       e.stream_id, (SELECT s.label FROM stream_total s WHERE s.stream_id = e.stream_id) AS stream,
       e.function_key, (SELECT f.element_id FROM nf_element f WHERE f.function_key = e.function_key) AS function_id,
       (SELECT f.name FROM nf_element f WHERE f.function_key = e.function_key) AS "function",
       e.length, CASE WHEN e.skb IS NOT NULL THEN printf('0x%x', e.skb) END AS skb, e.fields
FROM event e;
