/** For a test: puts 60 artifacts of one to four chunks on a disk that fails now and then, and prints what became of them. */
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { SlipwayError } from "../../../base/index.ts";
import { openArtifactStore, type StoredArtifact } from "../index.ts";

const store = await openArtifactStore(process.argv[2] ?? "");
const acknowledged: { stored: StoredArtifact; bytes: Buffer }[] = [];
const codes: Record<string, number> = {};
for (let i = 0; i < 60; i++) {
  const chunks = Array.from({ length: 1 + (i % 4) }, () => randomBytes(1_000));
  try {
    acknowledged.push({ stored: await store.put(Readable.from(chunks)), bytes: Buffer.concat(chunks) });
  } catch (error) {
    const code = error instanceof SlipwayError ? error.code : String(error);
    codes[code] = (codes[code] ?? 0) + 1;
  }
}
let lost = 0;
for (const { stored, bytes } of acknowledged)
  if (!(await buffer(await store.read(stored.sha256))).equals(bytes)) lost++;
process.stdout.write(JSON.stringify({ stored: acknowledged.length, codes, lost }));
