/** A server, and workers that join it over HTTP: processes of their own, ended and stopped as machines are. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildTestPackage } from "../../scripts/build-test-package.mjs";
import { newId, silentLog } from "../../src/base/index.ts";
import { getJob, remoteTarget, submitJob, type Job } from "../../src/compute/index.ts";
import type { CommandStep, Step } from "../../src/definition/index.ts";
import { openArtifactStore, openDatabase, transaction, type Actor, type Database } from "../../src/store/index.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";
import { createRun, ensureExperiment, findRunArtifacts, tailRunLog } from "../../src/tracking/index.ts";
import { createHome, up, type Home, type RunningServer } from "./slipway-process.ts";

/** Milliseconds that a stopped worker stands still: two minutes in `npm run faults`, else until it is replaced. */
const standstill = process.env["FAULTS"] === undefined ? 0 : 120_000;

const bin = await buildTestPackage();

let store: TestDatabase;
let home: Home;
let server: RunningServer;
let database: Database;
let workspaceId: string;
let actor: Actor;
let experiment: number;
let folder: string;
const workers: RemoteWorker[] = [];

beforeAll(async () => {
  store = await testDatabase();
  home = createHome();
  folder = mkdtempSync(join(tmpdir(), "slipway-remote-"));
  server = await up(home, { DATABASE_URL: store.url, SLIPWAY_ARTIFACTS: join(folder, "artifacts") });
  database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  workspaceId = (await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow()).id;
  const user = await database.selectFrom("users").select(["id", "name"]).executeTakeFirstOrThrow();
  actor = { userId: user.id, userName: user.name, requestId: null };
  experiment = (await ensureExperiment(database, { workspaceId, name: "remote", actor })).number;
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.end("SIGKILL")));
  await server.end("SIGTERM");
  await database.destroy();
  await store.drop();
  home.remove();
  rmSync(folder, { recursive: true, force: true });
});

interface RemoteWorker {
  readonly child: ChildProcess;
  readonly lines: string[];
  /** Resolves with the first line, also of those that came already, that has the text. */
  said(text: string): Promise<string>;
  end(signal: NodeJS.Signals): Promise<void>;
}

async function startWorker(name: string, labels: string, url = server.url): Promise<RemoteWorker> {
  const token = (server.token ?? "") as string;
  const args = ["worker", "--server", url, "--token", token, "--name", name, "--labels", labels];
  const child = spawn(process.execPath, [bin, ...args], { env: home.env, stdio: ["ignore", "pipe", "inherit"] });
  const lines: string[] = [];
  const output = createInterface({ input: child.stdout });
  output.on("line", (line) => lines.push(line));
  const exited = once(child, "exit");
  const worker: RemoteWorker = {
    child,
    lines,
    async said(text) {
      for (;;) {
        const found = lines.find((line) => line.includes(text));
        if (found !== undefined) return found;
        await Promise.race([once(output, "line"), exited.then(() => Promise.reject(new Error(lines.join("\n"))))]);
      }
    },
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill(signal);
      await exited;
    },
  };
  workers.push(worker);
  await worker.said("joined");
  return worker;
}

interface Submitted {
  readonly labels: readonly string[];
  readonly code?: Readonly<Record<string, string>>;
}

function submitCommand(step: Omit<CommandStep, "type">, more: Submitted): Promise<string> {
  return submit({ ...step, type: "command" }, more);
}

async function submit(step: Step, { labels, code = {} }: Submitted): Promise<string> {
  const artifacts = await openArtifactStore(join(folder, "artifacts"));
  const files = [];
  for (const [path, text] of Object.entries(code)) {
    files.push({ path, ...(await artifacts.put(Buffer.from(text))), executable: false });
  }
  const runId = newId();
  await createRun(database, { workspaceId, id: runId, experiment, kind: "step", name: "step", actor });
  const spec = { pipelineRun: newId(), name: "train", type: step.type, step, values: {}, code: { files } };
  await transaction(database, (trx) =>
    submitJob(trx, {
      runId,
      workspaceId,
      kind: "step",
      target: remoteTarget,
      labels,
      runSeconds: 600,
      spec: spec as unknown as Record<string, unknown>,
      actor,
    }),
  );
  return runId;
}

async function until(runId: string, isSo: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await getJob(database, { workspaceId, runId });
    if (isSo(job)) return job;
    await delay(50);
  }
}

const hasEnded = ({ endedAt }: Job): boolean => endedAt !== null;

async function logOf(runId: string): Promise<string> {
  return (await tailRunLog(database, { workspaceId, runId, lines: 1000 })).text;
}

test("a step that asks for a label runs on the worker that has it, with its code, outputs and log", async () => {
  await startWorker("plain", "cpu");
  const gpu = await startWorker("with-gpu", "gpu,large");
  const code = {
    "train.js":
      "console.log(process.env.SLIPWAY_URL); fs = require('fs'); fs.writeFileSync('metric', '0.5'); fs.mkdirSync('m'); fs.writeFileSync('m/weights', 'w')",
  };
  const outputs = { metric: { type: "value", path: "metric" }, files: { type: "folder", path: "m" } } as const;
  const runId = await submitCommand({ command: ["node", "train.js"], outputs }, { labels: ["gpu"], code });
  const job = await until(runId, hasEnded);
  expect(job).toMatchObject({ state: "FINISHED", reason: null, attempt: 1 });
  expect(job.result?.["outputs"]).toMatchObject({
    metric: { type: "value", value: 0.5 },
    files: { type: "folder", runId, path: "outputs/files" },
  });
  expect(job.usage).toMatchObject({ exitCode: 0, exitSignal: null });
  expect(await logOf(runId)).toBe(`${server.url}\n`);
  const kept = await findRunArtifacts(database, { workspaceId, runId, folder: "" });
  expect(kept.map(({ path }) => path)).toEqual(["outputs/files/weights"]);
  expect(await gpu.said(`${runId}: finished`)).toContain("finished");
  if (process.platform !== "linux") return;
  // Every user of the machine may read it, steps too.
  const commandLine = readFileSync(`/proc/${gpu.child.pid}/cmdline`, "utf8");
  expect(commandLine).not.toContain(server.token);
});

test("a failure is told with its exit code; a step of another type is refused", async () => {
  const failing = await submitCommand({ command: ["sh", "-c", "echo sorry; exit 7"] }, { labels: ["gpu"] });
  expect(await until(failing, hasEnded)).toMatchObject({
    state: "FAILED",
    reason: '"sh" ended with exit code 7: sorry (SLW_STEP_COMMAND)',
    usage: { exitCode: 7 },
  });
  const other = await submit({ type: "notify", to: "x", message: "y" }, { labels: ["gpu"] });
  const refused = await until(other, hasEnded);
  expect(refused.state).toBe("FAILED");
  expect(refused.reason).toContain("runs on the local target only");
});

test("a worker that is killed, or stands still, is replaced, and what it says later is refused", async () => {
  // The first attempt waits to be ended; the next one finds that it is not the first.
  const script = (mark: string, wait: number): string[] => [
    "node",
    "-e",
    `const fs = require("fs"); let first = true; try { fs.writeFileSync(${JSON.stringify(mark)}, "", { flag: "wx" }) } catch { first = false }
     console.log(first ? "first" : "second"); fs.writeFileSync("who", first ? "first" : "second"); setTimeout(() => {}, first ? ${wait} : 0)`,
  ];
  const outputs = { who: { type: "value", path: "who" } } as const;
  const marks = mkdtempSync(join(tmpdir(), "slipway-marks-"));
  // Whatever its user is, the step may write there.
  chmodSync(marks, 0o777);
  try {
    const [killed, stopped] = await Promise.all([startWorker("killed", "a"), startWorker("stopped", "b")]);
    const runs = {
      killed: await submitCommand({ command: script(join(marks, "a"), 600_000), outputs }, { labels: ["a"] }),
      stopped: await submitCommand({ command: script(join(marks, "b"), 1_000), outputs }, { labels: ["b"] }),
    };
    for (const runId of Object.values(runs)) while (!(await logOf(runId)).includes("first")) await delay(50);
    killed.child.kill("SIGKILL");
    stopped.child.kill("SIGSTOP");
    await startWorker("replacement", "a,b");
    const stoppedAt = performance.now();
    const [again, late] = await Promise.all([until(runs.killed, hasEnded), until(runs.stopped, hasEnded)]);
    const seconds = (performance.now() - stoppedAt) / 1000;
    for (const job of [again, late]) {
      expect(job).toMatchObject({ state: "FINISHED", attempt: 2 });
      expect(job.result?.["outputs"]).toEqual({ who: { type: "value", value: "second" } });
    }
    await delay(Math.max(0, standstill - (performance.now() - stoppedAt)));
    stopped.child.kill("SIGCONT");
    await stopped.said(`${runs.stopped}: is another worker's now`);
    const after = await until(runs.stopped, hasEnded);
    expect(after).toMatchObject({ state: "FINISHED", attempt: 2 });
    expect(await logOf(runs.stopped)).toBe("first\nsecond\n");
    // It lives, and joins again.
    await stopped.said("it joins again");
    const report = process.env["FAULTS_REPORT"];
    const line = { fault: "SIGSTOP of a worker for two minutes", times: 1, lost: 0, half: 0, orphans: 0 };
    if (report !== undefined) appendFileSync(report, `${JSON.stringify({ ...line, seconds: [seconds], limit: 30 })}\n`);
  } finally {
    rmSync(marks, { recursive: true, force: true });
  }
}, 300_000);

test("while the network is away a step goes on, and what it has to say is said afterwards, once", async () => {
  const network = await startProxy(Number(new URL(server.url).port));
  try {
    await startWorker("far", "far", `http://127.0.0.1:${network.port}`);
    const script =
      "let n = 0; const t = setInterval(() => { console.log('line ' + ++n); if (n < 8) return; clearInterval(t); require('fs').writeFileSync('o', 'out'); }, 500)";
    const outputs = { o: { type: "file", path: "o" } } as const;
    const runId = await submitCommand({ command: ["node", "-e", script], outputs }, { labels: ["far"] });
    while (!(await logOf(runId)).includes("line 1")) await delay(50);
    network.cut();
    // Longer than the step goes on, shorter than a worker may be silent.
    await delay(8_000);
    network.mend();
    expect(await until(runId, hasEnded)).toMatchObject({ state: "FINISHED", attempt: 1 });
    const lines = Array.from({ length: 8 }, (_, n) => `line ${n + 1}\n`);
    expect(await logOf(runId)).toBe(lines.join(""));
  } finally {
    network.close();
  }
});

interface Network {
  readonly port: number;
  /** Breaks all connections, and takes no more. */
  cut(): void;
  mend(): void;
  close(): void;
}

/** A way to the server that can be interrupted. */
async function startProxy(to: number): Promise<Network> {
  const sockets = new Set<Socket>();
  let away = false;
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => sockets.delete(socket));
  };
  const proxy = createServer((socket) => {
    if (away) {
      socket.destroy();
      return;
    }
    const other = connect(to, "127.0.0.1");
    for (const each of [socket, other]) keep(each);
    socket.pipe(other).pipe(socket);
  });
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const breakAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (proxy.address() as AddressInfo).port,
    cut() {
      away = true;
      breakAll();
    },
    mend() {
      away = false;
    },
    close() {
      proxy.close();
      breakAll();
    },
  };
}
