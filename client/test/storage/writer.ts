import { fileStorage } from "../../index.ts";

// A process of its own, to be killed: writes one key again and again until then.
const [folder = "", letter = ""] = process.argv.slice(2);
const storage = fileStorage(folder);
for (;;) {
  await storage.set("shared", letter.repeat(1_000_000));
  process.stdout.write(".");
}
