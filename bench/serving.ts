/**
 * Load on one scoring process: `node bench/serving.ts [FILE.slipway]`; without a file, a made model of 200 trees with
 * 31 leaves over 20 columns. Prints, for requests of 2, 100 and 1,000 rows: errors, requests a second, p50 and p99,
 * and the CPU time of the server for a request; and how long it took from the start of the process to an answer.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRandom } from "../src/base/index.ts";
import { readModel, writeModel, type Model, type Trees } from "../src/model/index.ts";
import { serveModel } from "../src/serving/index.ts";

const key = "bench-key-0123456789";
const loads = [
  { rows: 2, requests: 20_000, concurrency: 16 },
  { rows: 2, requests: 2_000, concurrency: 1 },
  { rows: 100, requests: 2_000, concurrency: 16 },
  { rows: 1000, requests: 300, concurrency: 4 },
];

/** The server's side: a process of its own, so that its CPU time is its own. */
async function serve(path: string): Promise<void> {
  const endpoint = await serveModel({ model: await readModel(path), host: "127.0.0.1", port: 0, key });
  process.send?.({ url: endpoint.url });
  process.on("message", () => process.send?.({ cpu: process.cpuUsage(), rss: process.memoryUsage.rss() }));
  process.on("disconnect", () => void endpoint.close());
}

async function measure(given: string | undefined): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "slipway-bench-"));
  const path = given ?? join(folder, "made.slipway");
  if (given === undefined) await writeModel(path, madeModel());
  const model = await readModel(path);
  const start = performance.now();
  const server = fork(import.meta.filename, [path]);
  try {
    const [{ url }] = (await once(server, "message")) as [{ url: string }];
    const agent = new Agent({ keepAlive: true, maxSockets: 16 });
    const send = (rows: number): Promise<number> => post(url, agent, body(model, rows));
    await send(2);
    console.log(`start to first answer: ${(performance.now() - start).toFixed(0)} ms`);
    let failed = 0;
    for (const load of loads) failed += await run(load, send, server);
    agent.destroy();
    if (failed > 0) process.exitCode = 1;
  } finally {
    server.disconnect();
    rmSync(folder, { recursive: true });
  }
}

async function run(
  load: (typeof loads)[number],
  send: (rows: number) => Promise<number>,
  server: ChildProcess,
): Promise<number> {
  const times: number[] = [];
  let started = 0;
  let errors = 0;
  const before = await usage(server);
  const start = performance.now();
  const client = async (): Promise<void> => {
    while (started++ < load.requests) {
      const sent = performance.now();
      if ((await send(load.rows)) !== 200) errors++;
      times.push(performance.now() - sent);
    }
  };
  await Promise.all(Array.from({ length: load.concurrency }, client));
  const seconds = (performance.now() - start) / 1000;
  const after = await usage(server);
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(share * (times.length - 1))] as number).toFixed(2);
  const cpu = (after.cpu.user + after.cpu.system - before.cpu.user - before.cpu.system) / 1000 / load.requests;
  console.log(
    `${load.rows} rows, ${load.requests} requests, concurrency ${load.concurrency}: ${errors} errors, ` +
      `${Math.round(load.requests / seconds)}/s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, ` +
      `server CPU ${cpu.toFixed(3)} ms a request, ${Math.round(after.rss / 2 ** 20)} MiB`,
  );
  return errors;
}

async function usage(server: ChildProcess): Promise<{ cpu: NodeJS.CpuUsage; rss: number }> {
  server.send("usage");
  const [answer] = (await once(server, "message")) as [{ cpu: NodeJS.CpuUsage; rss: number }];
  return answer;
}

/** @returns the status, or 0 when there was no answer */
function post(url: string, agent: Agent, text: string): Promise<number> {
  return new Promise((resolve) => {
    const headers = {
      authorization: `Bearer ${key}`,
      "content-type": "application/json",
      "content-length": Buffer.byteLength(text),
    };
    const sent = request(`${url}/score`, { method: "POST", agent, headers }, (response) => {
      response.on("end", () => resolve(response.statusCode ?? 0)).resume();
    });
    sent.on("error", () => resolve(0));
    sent.end(text);
  });
}

const bodies = new Map<number, string>();

/** Rows around the model's example row. */
function body(model: Model, rows: number): string {
  let text = bodies.get(rows);
  if (text === undefined) {
    const random = createRandom(rows);
    const data = Array.from({ length: rows }, () =>
      Object.fromEntries(model.inputs.map((input) => [input.name, randomCell(model, input, random.next())])),
    );
    text = JSON.stringify({ data });
    bodies.set(rows, text);
  }
  return text;
}

function randomCell(model: Model, input: Model["inputs"][number], share: number): string | number | null {
  const transform = model.transforms.find((candidate) => candidate.column === input.name);
  if (transform?.op === "Category" && input.type === "string") {
    return transform.categories[Math.floor(share * transform.categories.length)] ?? input.example;
  }
  if (input.type !== "numeric" || input.range === null) return input.example;
  const value = input.range[0] + share * (input.range[1] - input.range[0]);
  return input.integer ? Math.round(value) : Math.round(value * 1000) / 1000;
}

/** Ten numeric and ten categorical columns. */
function madeModel(): Model {
  const names = Array.from({ length: 20 }, (_, i) => `column_${i}`);
  const categories = Array.from({ length: 12 }, (_, i) => `category ${i}`);
  const inputs = names.map((name, i): Model["inputs"][number] =>
    i < 10
      ? { name, type: "numeric", integer: false, nullable: false, range: [0, 1], example: 0.5 }
      : { name, type: "string", integer: false, nullable: false, range: null, example: "category 0" },
  );
  return {
    task: "classification",
    target: "y",
    labels: ["no", "yes"],
    inputs,
    transforms: names.map((column, i) => (i < 10 ? { op: "Numeric", column } : { op: "Category", column, categories })),
    combination: { kind: "vote" },
    labelWeights: null,
    members: [
      {
        name: "GradientBoosting",
        weight: 1,
        learner: {
          kind: "trees",
          outputs: 1,
          leafWidth: 1,
          base: Float64Array.of(0),
          scale: 0.1,
          link: "sigmoid",
          trees: madeTrees(200, 31),
        },
      },
    ],
    name: "GradientBoosting",
    metrics: {},
    provenance: {
      slipway: "bench",
      primaryMetric: "AUC_weighted",
      seed: 1,
      validation: "cv:5",
      rows: 0,
      featurization: [],
      trials: [],
    },
  };
}

/** Splits the leaves of a tree in random order, as leaf-wise growth does. */
function madeTrees(count: number, leaves: number): Trees {
  const random = createRandom(1);
  const nodes: { feature: number; left: number; threshold: number; flags: number }[] = [];
  const roots: number[] = [];
  const bitsets: number[] = [];
  const leafValues: number[] = [];
  for (let tree = 0; tree < count; tree++) {
    roots.push(nodes.length);
    const open = [nodes.push({ feature: -1, left: 0, threshold: 0, flags: 0 }) - 1];
    while (open.length < leaves) {
      const [node] = open.splice(random.integer(open.length), 1) as [number];
      const feature = random.integer(20);
      const categorical = feature >= 10;
      const threshold = categorical ? bitsets.push(1, random.integer(4096)) - 2 : random.next();
      nodes[node] = { feature, left: nodes.length, threshold, flags: categorical ? 1 : 0 };
      for (let child = 0; child < 2; child++)
        open.push(nodes.push({ feature: -1, left: 0, threshold: 0, flags: 0 }) - 1);
    }
    for (const leaf of open) (nodes[leaf] as { left: number }).left = leafValues.push(random.normal()) - 1;
  }
  return {
    roots: Int32Array.from(roots),
    feature: Int32Array.from(nodes, (node) => node.feature),
    left: Int32Array.from(nodes, (node) => node.left),
    threshold: Float64Array.from(nodes, (node) => node.threshold),
    flags: Uint8Array.from(nodes, (node) => node.flags),
    cover: new Float32Array(nodes.length).fill(1),
    bitsets: Uint32Array.from(bitsets),
    leafValues: Float64Array.from(leafValues),
  };
}

if (process.send) await serve(process.argv[2] as string);
else await measure(process.argv[2]);
