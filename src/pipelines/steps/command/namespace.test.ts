/** As a user who is not root, where the system lets users make namespaces. */
import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

const somebody = 54_321;
const asSomebody = process.getuid?.() === 0 ? { uid: somebody, gid: somebody } : {};
const ownUid = process.getuid?.() === 0 ? somebody : process.getuid?.();

/** Why it cannot be tried here; null where it can. */
function missing(): string | null {
  if (process.platform !== "linux") return "needs Linux";
  const probe = spawnSync("unshare", ["--user", "--mount", "--pid", "--fork", "true"], asSomebody);
  if (probe.status !== 0) return "users may make no namespaces here";
  const ran = spawnSync(process.execPath, ["-e", ""], asSomebody);
  return ran.status === 0 ? null : "another user cannot run this Node";
}

const reason = missing();

test.skipIf(reason !== null)(
  `the server's folders and processes are not there for the step${reason === null ? "" : ` (skipped: ${reason})`}`,
  () => {
    const base = mkdtempSync(join(tmpdir(), "slipway-namespace-"));
    try {
      if (process.getuid?.() === 0) chownSync(base, somebody, somebody);
      chmodSync(base, 0o700);
      const entry = join(import.meta.dirname, "test-confined-process.ts");
      const options = { ...asSomebody, cwd: base, encoding: "utf8", env: { PATH: process.env["PATH"] } } as const;
      const { stdout, stderr } = spawnSync(process.execPath, [entry, base], options);
      expect(stderr).toBe("");
      const { printed, ...end } = JSON.parse(stdout) as { printed: string; kind: string };
      expect(end).toEqual({ kind: "namespace", exitCode: 0 });
      expect(JSON.parse(printed)).toEqual({
        secret: "ENOENT",
        other: "ENOENT",
        environ: "ENOENT",
        kill: "ESRCH",
        // Itself alone.
        processes: 1,
        home: ["code", "inputs", "outputs", "tmp"],
        uid: ownUid,
        privileges: "0000000000000000",
      });
    } finally {
      rmSync(base, { recursive: true, force: true });
    }
  },
);
