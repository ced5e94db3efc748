import { inflateRawSync } from "node:zlib";

export type Unzipped =
  | { readonly type: "unzipped"; readonly files: ReadonlyMap<string, Buffer> }
  | { readonly type: "unreadable" };

const END_OF_DIRECTORY = 0x06054b50;
const DIRECTORY_ENTRY = 0x02014b50;
const STORED = 0;
const DEFLATED = 8;

/**
 * The files of a zip archive, as far as a function's code needs: stored or deflated entries, below 4 GB,
 * not encrypted. Names that lead out of the folder make it unreadable. Format: PKWARE's APPNOTE 4.3.
 */
export function unzip(archive: Buffer): Unzipped {
  try {
    return { type: "unzipped", files: readFiles(archive) };
  } catch {
    return { type: "unreadable" };
  }
}

function readFiles(archive: Buffer): Map<string, Buffer> {
  // The directory at the end is what counts; a comment of up to 64 KB may follow it.
  let end = archive.length - 22;
  while (archive.readUInt32LE(end) !== END_OF_DIRECTORY) end -= 1;
  const count = archive.readUInt16LE(end + 10);
  let at = archive.readUInt32LE(end + 16);
  const files = new Map<string, Buffer>();
  for (let index = 0; index < count; index += 1) {
    if (archive.readUInt32LE(at) !== DIRECTORY_ENTRY) throw new RangeError("No directory entry here");
    const encrypted = (archive.readUInt16LE(at + 8) & 1) === 1;
    const method = archive.readUInt16LE(at + 10);
    const size = archive.readUInt32LE(at + 20);
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString("utf8", at + 46, at + 46 + nameLength);
    const header = archive.readUInt32LE(at + 42);
    const from = header + 30 + archive.readUInt16LE(header + 26) + archive.readUInt16LE(header + 28);
    const data = archive.subarray(from, from + size);
    if (encrypted || (method !== STORED && method !== DEFLATED) || leadsOut(name)) {
      throw new RangeError(`The entry ${name} cannot be read`);
    }
    if (!name.endsWith("/")) files.set(name, method === STORED ? Buffer.from(data) : inflateRawSync(data));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

const leadsOut = (name: string): boolean =>
  name.startsWith("/") || name.includes("\\") || name.split("/").includes("..");
