import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from "node:crypto";
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

export interface SigningKey {
  /** RFC 7638 thumbprint of the public key. */
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const KEY_FILE = "issuer-key.pem";

/**
 * The key kept in `folder`, made on first use so that tokens survive a restart; in memory when `folder` is
 * null. A file that holds no RSA key is replaced: the tokens it signed are lost either way.
 */
export async function openSigningKey(folder: string | null): Promise<SigningKey> {
  if (folder === null) return describeKey(await makePrivateKey());
  const path = join(folder, KEY_FILE);
  const kept = await readKey(path);
  if (kept !== null) return describeKey(kept);
  const made = await makePrivateKey();
  await mkdir(folder, { recursive: true });
  // Renamed into place, so that a start that dies half way leaves no half key.
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, made.export({ type: "pkcs8", format: "pem" }), { mode: 0o600 });
  await rename(draft, path);
  return describeKey(made);
}

async function readKey(path: string): Promise<KeyObject | null> {
  try {
    const key = createPrivateKey(await readFile(path));
    return key.asymmetricKeyType === "rsa" ? key : null;
  } catch {
    return null;
  }
}

async function makePrivateKey(): Promise<KeyObject> {
  const { privateKey } = await promisify(generateKeyPair)("rsa", { modulusLength: 2048 });
  return privateKey;
}

function describeKey(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey);
  const { e, kty, n } = publicKey.export({ format: "jwk" });
  const kid = createHash("sha256").update(JSON.stringify({ e, kty, n })).digest("base64url");
  return { kid, privateKey, publicKey };
}
