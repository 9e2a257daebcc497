/**
 * A real S3 server for tests: moto, from PyPI, installed once under build/.
 * SLIPWAY_TEST_S3 chooses: unset for moto, s3://bucket/prefix for a server that the variables of AWS name, "off" for none.
 */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { newId } from "../../base/index.ts";
import { parseLocation } from "./open.ts";

/** One version for all, so that a new one never breaks the tests by itself. The extra "server" has all of AWS, not S3 alone. */
const packages = ["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];
const build = join(import.meta.dirname, "..", "..", "..", "build");
const installed = join(build, "test-s3-moto-5.2.5");

export interface TestS3 {
  /** What `openArtifactStore` and any tool of AWS take: endpoint, region and keys. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** A bucket that exists; one of its own where the server is moto. */
  readonly bucket: string;
  /** A prefix that is this test's own. */
  readonly prefix: string;
  stop(): Promise<void>;
}

/** Why there is no S3 server here; null where there is one. For describe.skipIf and its title. */
export function missingS3(): string | null {
  const chosen = process.env.SLIPWAY_TEST_S3;
  if (chosen === "off") return "SLIPWAY_TEST_S3 is off";
  if (chosen || existsSync(installed)) return null;
  try {
    execFileSync("python3", ["-m", "pip", "--version"], { stdio: "ignore" });
    return null;
  } catch {
    return "python3 with pip is not there";
  }
}

/** Starts the server, which ends with `stop` or with this process; the first call installs it (some 20 s). */
export async function testS3(): Promise<TestS3> {
  const chosen = process.env.SLIPWAY_TEST_S3;
  if (!chosen) return startMoto();
  const location = parseLocation(chosen);
  if (location.kind !== "s3") throw new Error(`SLIPWAY_TEST_S3 is ${chosen}, not s3://bucket/prefix`);
  const { bucket, prefix } = location;
  return { env: process.env, bucket, prefix: `${prefix}${newId()}`, stop: () => Promise.resolve() };
}

/** Into a folder of its own first: two test files that start at once do not see each other's half. */
function install(): void {
  if (existsSync(installed)) return;
  mkdirSync(build, { recursive: true });
  const folder = mkdtempSync(`${installed}-`);
  try {
    const options = ["--quiet", "--disable-pip-version-check", "--no-compile", "--only-binary=:all:"];
    const target = [...options, "--target", folder, ...packages];
    // What pip writes is of interest where it fails, and then part of the error.
    execFileSync("python3", ["-m", "pip", "install", ...target], { stdio: "pipe" });
    renameSync(folder, installed);
  } catch (error) {
    if (!existsSync(installed)) throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends when its standard input does: also when the test is killed. */
const program = `
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
`;

async function startMoto(): Promise<TestS3> {
  install();
  const child = spawn("python3", ["-c", program], {
    env: { ...process.env, PYTHONPATH: installed },
    stdio: ["pipe", "pipe", "ignore"],
  });
  const exit = once(child, "exit");
  const [port] = (await Promise.race([
    once(createInterface(child.stdout), "line"),
    exit.then(([code]) => Promise.reject(new Error(`moto ended with code ${code} before it listened`))),
  ])) as [string];
  const endpoint = `http://127.0.0.1:${port}`;
  const env = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
  };
  const bucket = "slipway-test";
  // moto knows no signatures; a PUT of the bucket's path creates it.
  const created = await fetch(`${endpoint}/${bucket}`, { method: "PUT" });
  if (!created.ok) throw new Error(`moto does not create a bucket: ${created.status}`);
  return {
    env,
    bucket,
    prefix: newId(),
    async stop() {
      child.stdin.end();
      await exit;
    },
  };
}
