-- Times are Unix seconds. Hashes are xxh3, 64 bits, stored as signed integers.

-- A source we poll. Its identity is the URL in the config; the schedule lives here, so that a
-- restart polls nothing early.
CREATE TABLE feed (
  id            INTEGER PRIMARY KEY,
  url           TEXT    NOT NULL UNIQUE,
  name          TEXT    NOT NULL DEFAULT '',   -- the config's, else the document's title
  fetch_url     TEXT    NOT NULL,              -- differs from url after a permanent move
  host          TEXT    NOT NULL,              -- of fetch_url
  added_at      INTEGER NOT NULL,
  removed_at    INTEGER,                       -- left the config: not polled, history stays
  rhythm        TEXT    NOT NULL,              -- as in the config: when it changes, next_poll is set anew
  next_poll     INTEGER,                       -- NULL: left alone (410, or removed)
  next_why      TEXT,                          -- JSON: what decided on next_poll
  ttl           INTEGER,                       -- seconds between polls that its document asks for,
  period        INTEGER,                       -- and those by sy:updatePeriod
  skip_hours    INTEGER NOT NULL DEFAULT 0,    -- bit h: not in hour h, GMT
  skip_days     INTEGER NOT NULL DEFAULT 0,    -- bit d: not on day d, 0 = Monday
  etag          TEXT,
  last_modified TEXT,
  body_hash     INTEGER,                       -- of the last body that was read whole
  moved_to      TEXT,                          -- target of a permanent redirect, not yet trusted
  moved_count   INTEGER NOT NULL DEFAULT 0,    -- good readings through it, in a row
  last_attempt  INTEGER,
  last_success  INTEGER,
  last_entry    INTEGER,                       -- when it last published something new
  entry_gap     INTEGER,                       -- seconds between such moments, a running mean
  last_whole    INTEGER,                       -- when it last answered with a document, not with a 304
  entries       INTEGER NOT NULL DEFAULT 0,    -- in its last document
  failures      INTEGER NOT NULL DEFAULT 0,    -- in a row
  failing_since INTEGER,
  fault         TEXT,                          -- class of the last failure, NULL when well
  fault_detail  TEXT,
  repaired      INTEGER NOT NULL DEFAULT 0,    -- its last document had to be mended
  gap_at        INTEGER,                       -- when two readings had nothing in common
  rekeyed_at    INTEGER                        -- when most of its entries came under other keys
) STRICT;
CREATE INDEX feed_due ON feed (next_poll) WHERE next_poll IS NOT NULL;
CREATE INDEX feed_host ON feed (host);
CREATE INDEX feed_moved ON feed (fetch_url) WHERE fetch_url <> url;

-- The last 50 polls of each feed.
CREATE TABLE poll (
  feed_id  INTEGER NOT NULL REFERENCES feed (id),
  at       INTEGER NOT NULL,                   -- of two within a second the later one stays
  outcome  TEXT    NOT NULL,                   -- new | unchanged | class of the failure
  entries  INTEGER,                            -- in the document, NULL when none was read
  fresh    INTEGER NOT NULL,                   -- entries not seen before
  repaired INTEGER NOT NULL,
  status   INTEGER,                            -- HTTP, NULL when no answer came
  received INTEGER NOT NULL,                   -- bytes of the body on the wire
  decoded  INTEGER,                            -- and unpacked, NULL when it came to nothing
  took     INTEGER NOT NULL,                   -- milliseconds from the first request to the body's end
  PRIMARY KEY (feed_id, at)
) STRICT, WITHOUT ROWID;

-- One thing a feed published. Rows outlive the texts: a key once seen is never new again.
CREATE TABLE entry (
  id           INTEGER PRIMARY KEY,
  feed_id      INTEGER NOT NULL REFERENCES feed (id),
  key_hash     INTEGER NOT NULL,               -- of guid, else link, else content
  content_hash INTEGER NOT NULL,
  title        TEXT    NOT NULL,
  url          TEXT,
  author       TEXT,
  categories   TEXT    NOT NULL DEFAULT '[]',  -- JSON
  lang         TEXT,
  published    INTEGER,
  updated      INTEGER,
  first_seen   INTEGER NOT NULL,
  away_since   INTEGER,                        -- it came when its feed was back after months; away since then
  revised_at   INTEGER,                        -- its content changed after it was first seen
  story_id     INTEGER NOT NULL,               -- the story's first entry, for ever
  verdict      TEXT    NOT NULL,               -- new | copy | possible
  fold         TEXT    NOT NULL DEFAULT '{}',  -- JSON: of, maybe, update_of, parts, also, resurfaced, score, why
  page_due     INTEGER,                        -- its page is to be read first: not folded, no hits booked yet
  page_tries   INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX entry_page ON entry (page_due) WHERE page_due IS NOT NULL;
CREATE UNIQUE INDEX entry_key ON entry (feed_id, key_hash);
CREATE INDEX entry_content ON entry (feed_id, content_hash);
CREATE INDEX entry_story ON entry (story_id);

-- Visible text, as long as `keep` and `keep_unmatched` say.
CREATE TABLE body (
  entry_id INTEGER PRIMARY KEY REFERENCES entry (id),
  seen     INTEGER NOT NULL,
  matched  INTEGER NOT NULL,
  text     TEXT    NOT NULL
) STRICT;
CREATE INDEX body_age ON body (matched, seen);

-- What of an entry is compared with others; kept longer than its text.
CREATE TABLE print (
  entry_id INTEGER PRIMARY KEY REFERENCES entry (id),
  seen     INTEGER NOT NULL,
  bytes    BLOB    NOT NULL
) STRICT;
CREATE INDEX print_age ON print (seen);

CREATE TABLE rule (
  id         INTEGER PRIMARY KEY,
  name       TEXT    NOT NULL UNIQUE,
  first_seen INTEGER NOT NULL,
  ordered_at INTEGER NOT NULL,                 -- since when it stands in the config and looks for that
  removed_at INTEGER,
  last_hit   INTEGER,
  meaning    INTEGER NOT NULL DEFAULT 0,       -- hash of what it looks for: another is a changed rule
  backfill   INTEGER NOT NULL DEFAULT 0,       -- seconds; 0: what is stored is not told
  untried    INTEGER                           -- new or changed then: to be held against the stored entries
) STRICT;
CREATE INDEX rule_untried ON rule (untried) WHERE untried IS NOT NULL;

-- How often a rule hit, a day at a time (days since 1970, UTC).
CREATE TABLE rule_day (
  rule_id INTEGER NOT NULL REFERENCES rule (id),
  day     INTEGER NOT NULL,
  hits    INTEGER NOT NULL,
  PRIMARY KEY (rule_id, day)
) STRICT, WITHOUT ROWID;

-- A rule met an article. Ids grow, so that a digest remembers one number: up to where it has looked.
CREATE TABLE hit (
  id        INTEGER PRIMARY KEY AUTOINCREMENT,
  entry_id  INTEGER NOT NULL REFERENCES entry (id),
  story_id  INTEGER NOT NULL,
  rule_id   INTEGER NOT NULL REFERENCES rule (id),
  booked_at INTEGER NOT NULL,
  silent    INTEGER NOT NULL,                  -- remembered, not told: baseline, muted rule
  evidence  TEXT    NOT NULL,                  -- JSON
  edit      TEXT,                              -- JSON: booked anew, as the article was edited; what it says anew
  belated   INTEGER NOT NULL DEFAULT 0,        -- by `backfill`, long after the entry came: never urgent
  UNIQUE (entry_id, rule_id)
) STRICT;
CREATE INDEX hit_story ON hit (story_id);

-- Whoever tells stories: a digest, the urgent letters of a digest, or a channel. `kind`: digest | urgent | notify.
CREATE TABLE digest (
  id         INTEGER PRIMARY KEY,
  kind       TEXT    NOT NULL DEFAULT 'digest',
  name       TEXT    NOT NULL,
  first_seen INTEGER NOT NULL,
  removed_at INTEGER,
  cursor     INTEGER NOT NULL,                 -- hits up to this id have been looked at
  last_slot  INTEGER NOT NULL,                 -- newest slot that was composed or let pass
  UNIQUE (kind, name)
) STRICT;

-- The mark: this digest has told this story.
CREATE TABLE told (
  digest_id INTEGER NOT NULL REFERENCES digest (id),
  story_id  INTEGER NOT NULL,
  slot      INTEGER NOT NULL,
  part      INTEGER NOT NULL,
  shown     INTEGER NOT NULL,                  -- the entry that stood for it
  seen      INTEGER NOT NULL,                  -- the newest hit of all then: what was booked later is not told
  PRIMARY KEY (digest_id, story_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_slot ON told (digest_id, slot, part);

-- Stories that are still to be told: of letters that were refused, given up or dropped; of rules whose
-- `min_sources` are not reached; urgent ones in a pause or in quiet hours.
CREATE TABLE untold (
  digest_id INTEGER NOT NULL REFERENCES digest (id),
  story_id  INTEGER NOT NULL,
  rests     INTEGER NOT NULL DEFAULT 0,        -- a channel lost it: not before it takes something again
  PRIMARY KEY (digest_id, story_id)
) STRICT, WITHOUT ROWID;

-- The user's word on two entries: one story, or two. The older entry first.
CREATE TABLE label (
  older   INTEGER NOT NULL REFERENCES entry (id),
  younger INTEGER NOT NULL REFERENCES entry (id),
  same    INTEGER NOT NULL,
  at      INTEGER NOT NULL,
  PRIMARY KEY (older, younger)
) STRICT, WITHOUT ROWID;
-- Texts and fingerprints of these are kept for ever.
CREATE VIEW pinned (id) AS SELECT older FROM label UNION SELECT younger FROM label;

-- Stories of which the user wants to hear no more.
CREATE TABLE muted (
  story_id INTEGER PRIMARY KEY,
  at       INTEGER NOT NULL
) STRICT;

-- Letters, one row a recipient and part, and a channel's notifications, one row a part. `state`: waiting | sent | refused | given-up | dropped.
CREATE TABLE outbox (
  id          INTEGER PRIMARY KEY,
  digest_id   INTEGER REFERENCES digest (id),
  slot        INTEGER NOT NULL,
  part        INTEGER NOT NULL,
  recipient   TEXT    NOT NULL,
  message_id  TEXT    NOT NULL UNIQUE,
  subject     TEXT    NOT NULL,
  bytes       BLOB    NOT NULL,
  composed_at INTEGER NOT NULL,
  notices     INTEGER NOT NULL,                -- those up to this id were known when it was composed
  state       TEXT    NOT NULL DEFAULT 'waiting',
  attempts    INTEGER NOT NULL DEFAULT 0,
  next_try    INTEGER,                         -- NULL when no longer waiting
  last_answer TEXT,
  done_at     INTEGER
) STRICT;
CREATE INDEX outbox_due ON outbox (next_try) WHERE next_try IS NOT NULL;
CREATE INDEX outbox_slot ON outbox (digest_id, slot, part);

-- What went by, an hour at a time (hours since 1970): the digest's proof that the watch is alive.
CREATE TABLE tally (
  hour    INTEGER PRIMARY KEY,
  polls   INTEGER NOT NULL DEFAULT 0,
  failed  INTEGER NOT NULL DEFAULT 0,
  entries INTEGER NOT NULL DEFAULT 0,
  matched INTEGER NOT NULL DEFAULT 0
) STRICT;

-- What the operator must be told: in `status`, and in the next letter that gets through.
CREATE TABLE notice (
  id   INTEGER PRIMARY KEY AUTOINCREMENT,      -- never used again: letters remember up to which they told
  at   INTEGER NOT NULL,
  what TEXT    NOT NULL                        -- JSON: a kind and its values, said in each reader's language
) STRICT;
