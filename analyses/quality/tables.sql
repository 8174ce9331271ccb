-- skbs whose life the trace does not show whole, by kind: how far identities can be trusted.
CREATE TABLE skb_lifecycle(
  kind    TEXT PRIMARY KEY,             -- born, freed, reused_without_free, freed_unseen, alive_at_end, evicted
  count   INTEGER NOT NULL,
  meaning TEXT NOT NULL
) STRICT, WITHOUT ROWID;
