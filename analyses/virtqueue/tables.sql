-- One virtqueue of a virtio device that a QEMU process serves itself.
CREATE TABLE virtqueue(
  trace_id          INTEGER NOT NULL,
  vq                TEXT NOT NULL,      -- its address in the QEMU process, hexadecimal
  device            TEXT,               -- address of its device; NULL: nobody was notified
  queue             INTEGER,            -- number among the device's queues; NULL: the guest notified nobody
  pops              INTEGER NOT NULL,   -- requests that QEMU took
  flushed           INTEGER NOT NULL,   -- answers that became visible to the guest
  bytes             INTEGER NOT NULL,   -- written into the guest's buffers
  guest_notifies    INTEGER NOT NULL,   -- the guest told QEMU to look
  host_notifies     INTEGER NOT NULL,   -- QEMU told the guest to look
  max_depth         INTEGER NOT NULL,   -- most requests taken and not yet answered, of those whose pop is in the trace
  pop_waits         INTEGER NOT NULL,   -- notifications by the guest that a pop followed
  pop_wait_mean_ns  INTEGER,            -- from the last notification before a pop to the pop; NULL: none
  pop_wait_max_ns   INTEGER,
  services          INTEGER NOT NULL,   -- requests whose pop and flush are in the trace
  service_mean_ns   INTEGER,            -- from a pop to the flush of its answer; NULL: none
  service_max_ns    INTEGER
) STRICT;
