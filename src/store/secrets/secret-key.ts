/** The key of the secret box: from the environment, or a file in the data folder that nobody else can read. */
import { randomBytes } from "node:crypto";
import { constants } from "node:fs";
import { link, open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import { keyBytes } from "./secret-box.ts";

const fileName = "secret.key";

/** Where the key of a data folder is kept, unless the environment has it. */
export function secretKeyFile(dataFolder: string): string {
  return join(dataFolder, fileName);
}

/**
 * SLIPWAY_SECRET_KEY, where it is set: 64 hexadecimal digits, or base64 of 32 bytes. Servers that share a database need
 * the same one. Otherwise the file secret.key of the data folder, made at the first start.
 * @throws SLW_SECRET_KEY
 */
export async function loadSecretKey(
  dataFolder: string,
  env: Readonly<NodeJS.ProcessEnv> = process.env,
): Promise<Buffer> {
  const { SLIPWAY_SECRET_KEY } = env;
  if (SLIPWAY_SECRET_KEY) return parseKey(SLIPWAY_SECRET_KEY.trim(), "SLIPWAY_SECRET_KEY");
  const path = secretKeyFile(dataFolder);
  try {
    return (await readKeyFile(path)) ?? (await makeKeyFile(path));
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    throw unusable(path, (cause as Error).message, cause);
  }
}

function parseKey(text: string, where: string): Buffer {
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, "hex") : Buffer.from(text, "base64");
  const isExact = key.length === keyBytes && (text.length === 64 || /^[A-Za-z0-9+/_-]{43}=?$/.test(text));
  if (isExact) return key;
  throw unusable(where, "it is neither 64 hexadecimal digits nor base64 of 32 bytes");
}

async function readKeyFile(path: string): Promise<Buffer | null> {
  let handle;
  try {
    handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
  try {
    const { mode } = await handle.stat();
    // Windows has no such bits.
    if (process.platform !== "win32" && (mode & 0o077) !== 0)
      throw unusable(path, "other users can read it (chmod 600)");
    return parseKey((await handle.readFile("utf8")).trim(), path);
  } finally {
    await handle.close();
  }
}

/** Written whole under another name and then linked: of two servers that start at once, one finds the other's key. */
async function makeKeyFile(path: string): Promise<Buffer> {
  const partial = `${path}.${randomBytes(6).toString("hex")}.partial`;
  const handle = await open(partial, "wx", 0o600);
  try {
    await handle.writeFile(`${randomBytes(keyBytes).toString("hex")}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  try {
    await link(partial, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    await unlink(partial);
  }
  const key = await readKeyFile(path);
  if (key === null) throw unusable(path, "it was removed while it was made");
  return key;
}

function unusable(where: string, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError("SLW_SECRET_KEY", `The key for secrets, ${where}, cannot be used: ${reason}.`, {
    details: { where },
    cause,
  });
}
