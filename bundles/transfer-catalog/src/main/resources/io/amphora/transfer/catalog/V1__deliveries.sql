-- Understood by H2 and PostgreSQL alike. H2 commits each statement by itself, so after the end of the process some may have been
-- done already.

CREATE TABLE IF NOT EXISTS deliveries (
  -- TransferId.key(): client and file ids may be longer than an index takes.
  id           BYTEA   NOT NULL PRIMARY KEY,
  client_id    VARCHAR NOT NULL,
  file_id      VARCHAR NOT NULL,
  -- SHA-256 of the client id in UTF-8.
  client_hash  BYTEA   NOT NULL,
  -- The file's name in UTF-8: bytes sort alike in every database, whatever its collation.
  name         BYTEA   NOT NULL,
  -- What the client said in init, as JSON.
  meta         VARCHAR NOT NULL,
  size         BIGINT  NOT NULL,
  sha256       BYTEA   NOT NULL,
  -- Milliseconds since 1970.
  delivered_at BIGINT  NOT NULL,
  -- Seconds since 1970; none: never.
  expire_at    BIGINT,
  -- Time of delivery, then id: where the delivery stands in every listing.
  position     BYTEA   NOT NULL UNIQUE
);

CREATE INDEX IF NOT EXISTS deliveries_by_client ON deliveries (client_hash, position);
CREATE INDEX IF NOT EXISTS deliveries_by_name ON deliveries (name, position);
CREATE INDEX IF NOT EXISTS deliveries_by_expiry ON deliveries (expire_at, id);

-- Rows belong to a position and not to an id, so that new ones stand side by side: an embedded database writes whole pages.
CREATE TABLE IF NOT EXISTS exports (
  position BYTEA   NOT NULL REFERENCES deliveries (position) ON DELETE CASCADE ON UPDATE CASCADE,
  -- Order of the exporters within the delivery, from 0.
  ordinal  INTEGER NOT NULL,
  exporter VARCHAR NOT NULL,
  location VARCHAR NOT NULL,
  size     BIGINT  NOT NULL,
  sha256   BYTEA   NOT NULL,
  PRIMARY KEY (position, ordinal)
);
