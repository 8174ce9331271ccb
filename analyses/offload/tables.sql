-- Receive and transmit offloading of one device. The row with device_id NULL holds what could not be attributed.
CREATE TABLE device_offload(
  device_id              INTEGER,
  gro_frames             INTEGER NOT NULL, -- frames that entered GRO
  gro_delivered          INTEGER NOT NULL, -- skbs that came out of it
  gro_ratio              REAL,             -- frames per delivered skb; 1 = nothing merged; NULL: no GRO
  gso_packets            INTEGER NOT NULL, -- skbs sent that are larger than one frame
  gso_bytes              INTEGER NOT NULL,
  gso_segments_estimated INTEGER NOT NULL, -- wire frames they become, from lengths and the conversation's largest segment
  gso_segments_software  INTEGER NOT NULL, -- wire frames that software segmentation was seen to make
  attribution            TEXT NOT NULL     -- how frames found their device: napi_poll, delivered_skb, own_event, unattributed; '' without GRO
) STRICT;
