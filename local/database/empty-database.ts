import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { inflateSync } from "node:zlib";

/**
 * What `EMPTY` holds, for `sqlite3 file < this`. The native engine keeps its stream records in one SQLite
 * table without an index: each write looks for the highest number in it, each look at the stream sorts it, so
 * that 40,000 records make a write cost 80 ms. It creates the table only where there is none: it is given its
 * own, column by column, with the indexes that its statements ask for.
 */
export const STREAM_SCHEMA = `CREATE TABLE _stream_records (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  table_name TEXT NOT NULL,
  event_name TEXT NOT NULL,
  keys_json TEXT NOT NULL,
  new_image TEXT,
  old_image TEXT,
  sequence_number TEXT NOT NULL,
  shard_id TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  user_identity TEXT
);
CREATE INDEX _stream_next ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
CREATE INDEX _stream_page ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER));
CREATE INDEX _stream_range ON _stream_records (table_name, shard_id, sequence_number);`;

/** A database file of nothing but that, deflated: no package writes SQLite files from Node 20 without 30 MB. */
const EMPTY = [
  "eNrt171u01AYxnG7+ZIiUrFlPQsiVioWBhYGTLBQROoUxxXNZLnxAQyxQ20H2gUpiEvhMrgELorjtKbYLoq6oer/kyz55D0f",
  "z0myvLPXkzCT4u0qifxMPNbua7quPRNC07SmetratebVU9C13Zrao4XeUy+tez+1/R/7Tu9X76l6BQAAAIBb+drq9B8O9c2T",
  "MA7kuZdmifQjL/Hjd/LPQC5WSZC2R45lupYY2y+sE1GaKaa2qMwWg8w/XUov9iN5INL3fhJ4YaDe5NlaxgtVWEenMjE2vWan",
  "/0AFeFMK8Mmvnd+68fx84i2OH5kzd1DJIMyZ2tS1XlqOYWwajcs8o1KeWJ5nlSOaN+bJJ+7MszPF0V67Pxzq8+2i9Gyp2kuv",
  "mF8ZNq5iuObziSUqxcH2PDUyvs31Tr7l9/AySDleZbhX2rN2la4QYVCEFUfO+NB05uKVNRfmsTsd22r1oWW7B2re9a2Fa524",
  "wp6q53gyyWvys4yzf9Q+yovU+5Cu4nopll+8MMp/9ryUf7JaBpVPqt9tbZPiH1GvLNRdMxl4qpMvbvh3eZ3KRK1TycPsYru6",
  "a+S9uWr6AQAAAADAHUb/DwAAAADA3del/wcAAAAAgP4fAAAAAADQ/wMAAAAAgP/eb0oVILE=",
].join("");

/** Puts an empty database there, unless there is one. */
export function createDatabase(file: string): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, inflateSync(Buffer.from(EMPTY, "base64")), { flag: "wx" });
}
