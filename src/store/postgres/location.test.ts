import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  commitCluster,
  dataFolderFile,
  existingCluster,
  neverStartedClusters,
  newCluster,
  socketFolder,
  type Cluster,
} from "./location.ts";

const isRoot = process.getuid?.() === 0;

let folder = "";
let sockets: string[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-location-"));
});
afterEach(() => {
  for (const path of sockets) rmSync(path, { recursive: true, force: true });
  sockets = [];
  rmSync(folder, { recursive: true, force: true });
});

describe.runIf(isRoot)("the place of a database that root starts", () => {
  const clusters: Cluster[] = [];
  afterEach(() => {
    for (const cluster of clusters) rmSync(cluster.folder, { recursive: true, force: true });
  });

  function make(): Cluster {
    const cluster = newCluster(folder);
    clusters.push(cluster);
    mkdirSync(join(cluster.folder, "data"), { recursive: true });
    return cluster;
  }

  test("is elsewhere, and kept in the data folder", () => {
    expect(existingCluster(folder)).toBeNull();
    const cluster = make();
    expect(cluster.folder.startsWith("/var/lib/slipway/")).toBe(true);
    expect(commitCluster(folder, cluster)).toBe(true);
    expect(existingCluster(folder)).toEqual(cluster);
  });

  test("is the first of two that are made at once", () => {
    const [first, second] = [make(), make()];
    expect(commitCluster(folder, first)).toBe(true);
    expect(commitCluster(folder, second)).toBe(false);
    expect(existingCluster(folder)).toEqual(first);
    expect(statSync(second.folder, { throwIfNoEntry: false })).toBeUndefined();
  });

  test("is given up an hour later where its first start was cut off, and never once PostgreSQL has run in it", () => {
    const [cutOff, started, committed] = [make(), make(), make()];
    for (const cluster of [cutOff, started, committed]) writeFileSync(dataFolderFile(cluster), `${folder}\n`);
    writeFileSync(join(started.folder, "data", "postmaster.opts"), "");
    commitCluster(folder, committed);
    const ours = (now?: number): string[] => {
      const made = new Set([cutOff, started, committed].map((cluster) => cluster.folder));
      return neverStartedClusters(now).flatMap((cluster) => (made.has(cluster.folder) ? [cluster.folder] : []));
    };
    expect(ours()).toEqual([]);
    expect(ours(Date.now() + 3_601_000)).toEqual([cutOff.folder]);
  });

  test("is never replaced by an empty one when it is gone", () => {
    const cluster = make();
    commitCluster(folder, cluster);
    rmSync(cluster.folder, { recursive: true });
    expect(() => existingCluster(folder)).toThrow(
      expect.objectContaining({
        code: "SLW_STORE_FOLDER",
        message: expect.stringContaining(cluster.folder) as string,
        fix: expect.stringContaining("postgres-folder") as string,
      }),
    );
  });

  test("is the user's where a user made it", () => {
    mkdirSync(join(folder, "postgres/data"), { recursive: true });
    expect(existingCluster(folder)).toEqual({ folder: join(folder, "postgres"), identity: { uid: 0, gid: 0 } });
  });
});

describe("the folder of the socket", () => {
  function clusterIn(name: string): Cluster {
    const cluster = { folder: join(folder, name), identity: null };
    mkdirSync(cluster.folder, { recursive: true });
    return cluster;
  }

  test.each(["a".repeat(200), "with blanks", "ünïcode", "q'uote", "100%25"])(
    "is a short one of its own for %s",
    (name) => {
      const cluster = clusterIn(name);
      const short = socketFolder(cluster);
      sockets.push(short);
      expect(short).not.toContain(name);
      expect(short.length).toBeLessThanOrEqual(85);
      expect(short).toMatch(/^[\w/.-]+$/);
      expect(statSync(short).mode & 0o777).toBe(0o700);
      expect(socketFolder(cluster)).toBe(short);
    },
  );

  test("is where the database is, where that is short and plain", () => {
    const cluster = clusterIn("plain-1.0");
    expect(socketFolder(cluster)).toBe(cluster.folder);
  });

  test.each<[string, (path: string) => void]>([
    ["that others may enter", (path) => chmodSync(path, 0o755)],
    ["that is a link", (path) => (rmSync(path, { recursive: true }), symlinkSync(folder, path))],
  ])("is no folder %s", (_what, spoil) => {
    const cluster = clusterIn("with blanks");
    const short = socketFolder(cluster);
    sockets.push(short);
    spoil(short);
    expect(() => socketFolder(cluster)).toThrow(expect.objectContaining({ code: "SLW_STORE_FOLDER" }));
  });
});
