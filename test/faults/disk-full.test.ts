/**
 * The disk of the data folder is full during an upload (RELIABILITY: row 8): the client is told how much is missing, all
 * else goes on, and when there is room again nothing has to be started again.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiError } from "../../src/contract/index.ts";
import { createHome, type Home } from "../server/slipway-process.ts";
import {
  damagedArtifacts,
  faultTimes,
  missingProc,
  openFaultServer,
  reportFault,
  type FaultServer,
} from "./fault-server.ts";

const times = faultTimes(2);
const megabyte = 2 ** 20;
const mediaType = "application/octet-stream";

/** The embedded database stands elsewhere for root alone, so that the disk that fills up holds the artifacts. */
const missing = missingProc ?? (process.getuid?.() === 0 ? tryMount() : "only root can mount a disk");

function tryMount(): string | null {
  const home = createHome();
  try {
    mount(home);
    execFileSync("umount", [home.data]);
    return null;
  } catch {
    return "a disk cannot be mounted here";
  } finally {
    home.remove();
  }
}

function mount({ data }: Home): void {
  mkdirSync(data, { mode: 0o700 });
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=32m,mode=0700", "tmpfs", data], { stdio: "ignore" });
}

let home: Home;
let server: FaultServer;
beforeAll(async () => {
  if (missing) return;
  home = createHome();
  mount(home);
  server = await openFaultServer({
    ...home,
    remove() {
      // What home.remove needs to know stands on the disk.
      home.remove();
    },
  });
});
afterAll(async () => {
  if (missing) return;
  await server.end("SIGTERM");
  const pointer = join(home.data, "postgres-folder");
  execFileSync("sh", ["-c", `rm -rf "$(cat '${pointer}')"`]);
  execFileSync("umount", [home.data]);
  home.remove();
});

const bytesOf = (size: number, fill: number): Buffer => Buffer.alloc(size, fill);

test.skipIf(missing)(
  `507 with what is needed, then on without a restart${missing ? ` (skipped: ${missing})` : ""}`,
  async () => {
    const { client } = server;
    const kept: string[] = [];
    for (let i = 0; i < times; i++) {
      // Announced, it is refused at once; as a stream without an end in sight, when no room is left.
      const tooLarge = bytesOf(48 * megabyte, i);
      const streams = [tooLarge, new Blob([tooLarge]).stream()];
      for (const upload of streams) {
        const refused = await client.createUpload({ upload, mediaType }).then(
          () => null,
          (error: ApiError) => error,
        );
        expect(refused).toMatchObject({ status: 507, problem: { code: "SLW_ARTIFACT_NO_SPACE" } });
        expect(refused?.problem?.detail).toMatch(/need \d+ bytes, have \d+ bytes/);
      }
      // Nothing of them stays: nearly all of the disk can be filled by somebody else.
      const { bavail, bsize } = statfsSync(home.data);
      expect(bavail * bsize).toBeGreaterThan(25 * megabyte);
      const filler = join(home.data, "filler");
      writeFileSync(filler, bytesOf(bavail * bsize, 1));
      const small = bytesOf(megabyte, 100 + i);
      await expect(client.createUpload({ upload: small, mediaType })).rejects.toMatchObject({ status: 507 });
      // What needs no room goes on.
      expect((await client.listDatasets()).items).toEqual([]);
      await client.createExperiment({ body: { name: `while full ${i}` } });
      rmSync(filler);
      const { sha256 } = await client.createUpload({ upload: small, mediaType });
      kept.push(sha256 as string);
      execFileSync("find", [join(home.data, "artifacts", "sha256"), "-name", sha256 as string, "-delete"]);
    }
    const damaged = damagedArtifacts(home);
    const orphans = 0;
    reportFault({
      fault: "disk full during uploads",
      times,
      lost: times - kept.length,
      half: damaged.length,
      orphans,
      seconds: [],
    });
    expect(kept).toHaveLength(times);
    expect(damaged).toEqual([]);
    expect(server.ready).toEqual([]);
  },
);
