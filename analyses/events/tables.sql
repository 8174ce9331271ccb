-- One kind of event in table event, by the vocabulary's name.
CREATE TABLE event_name(
  name_id INTEGER PRIMARY KEY,
  name    TEXT NOT NULL                 -- as `vnscope list events` has it; events_lost: the tracer lost some here
) STRICT;

-- One event that vnscope understands; only where it was imported with --events, and no more than its limit. View
-- event_list has the same with names.
CREATE TABLE event(
  event_id  INTEGER PRIMARY KEY,        -- 1, 2, 3, ... in time order
  ts_ns     INTEGER NOT NULL,
  trace_id  INTEGER NOT NULL,
  cpu       INTEGER NOT NULL,
  name_id   INTEGER NOT NULL,
  device_id INTEGER,                    -- that the event names, or where its packet was seen last; NULL: none is known
  skb       INTEGER,                    -- kernel address, as a signed number; NULL: the event is not of an skb
  length    INTEGER,                    -- bytes, as this kind of event counts them; NULL: it has no length
  fields    TEXT NOT NULL               -- the others: name=value name=value; an optional one with its default is left out
) STRICT;
CREATE INDEX event_by_time ON event(ts_ns);

-- One event, with names instead of numbers: the table event for people.
CREATE VIEW event_list AS
SELECT e.event_id, e.ts_ns, (SELECT t.host FROM trace t WHERE t.trace_id = e.trace_id) AS host, e.cpu,
       (SELECT n.name FROM event_name n WHERE n.name_id = e.name_id) AS event,
       e.device_id, (SELECT d.label FROM device d WHERE d.device_id = e.device_id) AS device, e.length,
       CASE WHEN e.skb IS NOT NULL THEN printf('0x%x', e.skb) END AS skb, e.fields
FROM event e;
