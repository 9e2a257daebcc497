/** `slipway` as a user runs it: processes of their own, over their own folders, that tests may kill. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { buildTestPackage } from "../../scripts/build-test-package.mjs";

const bin = await buildTestPackage();

export interface Home {
  /** Data folder of the server. */
  readonly data: string;
  /** What every process gets: logins stay in this home. */
  readonly env: NodeJS.ProcessEnv;
  /** Removes everything, also what PostgreSQL keeps elsewhere. */
  remove(): void;
}

export function createHome(): Home {
  const folder = mkdtempSync(join(tmpdir(), "slipway-home-"));
  const data = join(folder, "data");
  const { DATABASE_URL: _, SLIPWAY_ARTIFACTS: __, SLIPWAY_URL: ___, SLIPWAY_TOKEN: ____, ...env } = process.env;
  return {
    data,
    env: { ...env, XDG_CONFIG_HOME: join(folder, "config"), SLIPWAY_DATA: data, NO_COLOR: "1" },
    remove() {
      // As root the database lives elsewhere; this file says where.
      const pointer = join(data, "postgres-folder");
      if (existsSync(pointer)) rmSync(readFileSync(pointer, "utf8").trim(), { recursive: true, force: true });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface RunningServer {
  readonly url: string;
  /** Null but at the first start. */
  readonly token: string | null;
  readonly child: ChildProcess;
  /** Milliseconds from the start of the process until it said that it is ready. */
  readonly milliseconds: number;
  /** Sends the signal and resolves when the process is gone. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** `slipway up --json` on a free port; resolves when it says that it is ready. */
export async function up(
  home: Home,
  env: NodeJS.ProcessEnv = {},
  args: readonly string[] = [],
): Promise<RunningServer> {
  const started = performance.now();
  const child = spawn(process.execPath, [bin, "up", "--port", "0", "--json", ...args], {
    env: { ...home.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const errors = text(child.stderr);
  const exited = once(child, "exit");
  const line = once(createInterface({ input: child.stdout }), "line") as Promise<[string]>;
  const first = await Promise.race([line, exited.then(() => null)]);
  if (first === null) throw new Error(`The server did not start: ${await errors}`);
  const { url, token } = JSON.parse(first[0]) as { url: string; token: string | null };
  return {
    url,
    token,
    child,
    milliseconds: performance.now() - started,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
  };
}

export interface Finished {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Any other command, to its end. */
export async function run(home: Home, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Finished> {
  const child = spawn(process.execPath, [bin, ...args], {
    env: { ...home.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit") as Promise<[number | null]>,
  ]);
  return { code, stdout, stderr };
}
