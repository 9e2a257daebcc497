// `npm run quickstart [-- FILE.csv --target COLUMN [--time-limit SECONDS]]`: the whole main job by the real commands.
// Profile, search, model file, endpoint, two rows scored; everything printed is what just happened.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { basename, extname, join, relative, resolve } from "node:path";
import { createInterface } from "node:readline";
import { parseArgs, styleText } from "node:util";
import { curlCommand } from "../src/cli/serve.ts";
import { readTable } from "../src/data/index.ts";
import { readModel } from "../src/model/index.ts";
import { root } from "./check.mjs";

const slipway = join(root, "bin", "slipway.js");
const children = new Set();
let stopped = 0;

/** Ctrl-C in a terminal reaches the commands too; `kill` reaches only this process. */
for (const [signal, code] of [
  ["SIGINT", 130],
  ["SIGTERM", 143],
])
  process.on(signal, () => {
    stopped = code;
    for (const child of children) child.kill(signal);
  });

class Failed extends Error {}

function start(args, stdio) {
  console.log(`\n${styleText("bold", `$ slipway ${args.join(" ")}`)}`);
  const child = spawn(process.execPath, [slipway, ...args], { stdio });
  children.add(child);
  child.on("exit", () => children.delete(child));
  return child;
}

async function run(...args) {
  const [code] = await once(start(args, "inherit"), "exit");
  if (stopped) process.exit(stopped);
  if (code !== 0) throw new Failed(`slipway ${args[0]} ended with code ${code}`);
}

function readSettings() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { target: { type: "string" }, "time-limit": { type: "string", default: "20" } },
  });
  if (positionals.length > 1 || (positionals.length === 1) !== (values.target !== undefined))
    throw new Failed("Usage: npm run quickstart [-- FILE.csv --target COLUMN [--time-limit SECONDS]]");
  const [given] = positionals;
  const from = process.env.INIT_CWD ?? process.cwd();
  const file = given === undefined ? join(root, "examples", "penguins.csv") : resolve(from, given);
  return {
    file: relative(process.cwd(), file) || file,
    target: values.target ?? "species",
    limit: values["time-limit"],
  };
}

/** Two rows of the file as a client would send them, the columns in another order in each. */
async function twoRows(file, model) {
  const types = Object.fromEntries(model.inputs.map(({ name, type }) => [name, type]));
  const { table } = await readTable(file, { types });
  const columns = table.columns.filter(({ name }) => Object.hasOwn(types, name));
  return [0, table.rows - 1].map((row) =>
    Object.fromEntries(shuffled(columns).map((column) => [column.name, cell(column, row)])),
  );
}

function shuffled(items) {
  return items
    .map((item) => [Math.random(), item])
    .toSorted(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function cell(column, row) {
  if (column.type === "string") return column.categories[column.codes[row]] ?? null;
  const value = column.values[row];
  if (Number.isNaN(value)) return null;
  return column.type === "datetime" ? new Date(value).toISOString() : value;
}

/** Serves the model by the real command, posts the rows, and stops it again. */
async function serveAndScore(modelPath, rows) {
  const key = randomBytes(32).toString("base64url");
  const server = start(["serve", modelPath, "--port", "0", "--key", key], ["ignore", "pipe", "inherit"]);
  const url = await new Promise((found, failed) => {
    server.on("exit", (code) => failed(new Failed(`slipway serve ended with code ${code}`)));
    createInterface({ input: server.stdout }).on("line", (line) => {
      console.log(line);
      const [address] = /http:\/\/[\w.:[\]]+/.exec(line) ?? [];
      if (address && line.startsWith("Swagger")) found(address);
    });
  });
  try {
    console.log(`\n${styleText("bold", "Two rows of the file, their columns in shuffled order:")}`);
    console.log(styleText("bold", `$ ${curlCommand(url, key, rows)}`));
    const response = await fetch(`${url}/score`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ data: rows }),
    });
    const answer = await response.text();
    console.log(answer);
    if (!response.ok) throw new Failed(`the endpoint answered with status ${response.status}`);
  } finally {
    server.removeAllListeners("exit");
    if (server.exitCode === null) {
      server.kill("SIGINT");
      await once(server, "exit");
    }
  }
}

try {
  const { file, target, limit } = readSettings();
  const modelPath = `${basename(file, extname(file))}.slipway`;
  await run("profile", file);
  await run("automl", file, "--target", target, "--time-limit", limit, "--out", modelPath);
  const model = await readModel(modelPath);
  await serveAndScore(modelPath, await twoRows(file, model));
  console.log(
    `\nThe endpoint is stopped; the model is in ${modelPath}. Serve it again: npx slipway serve ${modelPath}`,
  );
} catch (error) {
  if (stopped) process.exit(stopped);
  if (!(error instanceof Failed)) throw error;
  console.error(`quickstart: ${error.message}`);
  process.exitCode = 1;
}
