import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { expect, test } from "vitest";
import { unzip } from "../../assembly/unzip.ts";
import { functionResource, readMade } from "./made-assembly.ts";

interface Entry {
  readonly name: string;
  readonly content: string;
  readonly method?: 0 | 8 | 12;
  readonly encrypted?: boolean;
}

/** An archive as PKWARE's format describes it, comment included, without checksums. */
function zip(...entries: readonly Entry[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, content, method = 8, encrypted = false } of entries) {
    const data = method === 8 ? deflateRawSync(content) : Buffer.from(content);
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(encrypted ? 1 : 0, 2);
    shared.writeUInt16LE(method, 4);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(Buffer.byteLength(content), 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), shared, Buffer.from(name), data]);
    const end = Buffer.alloc(14);
    end.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02\x14\x00"), shared, end, Buffer.from(name)]));
    locals.push(local);
    offset += local.length;
  }
  const files = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(files.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(7, 16);
  return Buffer.concat([...locals, files, Buffer.from("PK\x05\x06"), end, Buffer.from("comment")]);
}

const readPacked = (archive: Buffer) => readMade({ App: { Resources: { Fn: functionResource() } } }, archive);

test("packed code is unpacked where it can run", async () => {
  const reading = await readPacked(
    zip(
      { name: "index.js", content: "exports.handler = 1;" },
      { name: "lib/", content: "", method: 0 },
      {
        name: "lib/deep.js",
        content: "stored",
        method: 0,
      },
    ),
  );
  const codePath = (reading.type === "read" && reading.model.functions[0]?.codePath) || "";
  expect(readFileSync(join(codePath, "index.js"), "utf8")).toBe("exports.handler = 1;");
  expect(readFileSync(join(codePath, "lib/deep.js"), "utf8")).toBe("stored");
});

test.each<[string, Buffer]>([
  ["no archive", Buffer.from("#!/bin/sh\necho this is a script and not an archive of anything")],
  ["an empty file", Buffer.alloc(0)],
  ["an unknown compression", zip({ name: "index.js", content: "x", method: 12 })],
  ["an encrypted entry", zip({ name: "index.js", content: "x", encrypted: true })],
  ["a name that leads out of the folder", zip({ name: "../escape.js", content: "x" })],
  ["an absolute name", zip({ name: "/tmp/escape.js", content: "x" })],
  ["an archive cut short", zip({ name: "index.js", content: "x".repeat(500), method: 0 }).subarray(200)],
])("%s is refused in one sentence", async (_, archive) => {
  expect(unzip(archive)).toEqual({ type: "unreadable" });
  const reading = await readPacked(archive);
  expect(reading.type === "failed" && reading.problems).toEqual([
    "App/Fn (AWS::Lambda::Function): its code is a file that is no readable zip archive.",
  ]);
  expect(existsSync("/tmp/escape.js")).toBe(false);
});
