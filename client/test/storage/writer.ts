import fs from "node:fs/promises";
import { fileStorage } from "../../index.ts";

// A process of its own, to be killed: writes one key again and again until then, or dies halfway through the first.
const [folder = "", letter = "", end = ""] = process.argv.slice(2);
if (end === "dies") {
  const { writeFile } = fs;
  fs.writeFile = async (file, bytes, options) => {
    const all = bytes as Uint8Array;
    await writeFile(file, all.subarray(0, all.length / 2), options);
    process.kill(process.pid, "SIGKILL");
  };
}
const storage = fileStorage(folder);
for (;;) {
  await storage.set("shared", letter.repeat(1_000_000));
  process.stdout.write(".");
}
