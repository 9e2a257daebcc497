import { randomBytes } from "node:crypto";
import { basename, extname } from "node:path";
import { SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { exampleRows } from "./example-rows.ts";
import { numberOption, quoted } from "./values.ts";

const defaultPort = 5001;

export const serveCommand: Command = {
  name: "serve",
  summary: "Serves a model file as a scoring endpoint with a key, until it is stopped.",
  operands: [{ name: "FILE.slipway", description: "The model file, as slipway automl writes it." }],
  options: [
    {
      name: "port",
      value: "PORT",
      description: `The port to listen on, 0 for any free one. By default ${defaultPort}.`,
    },
    {
      name: "host",
      value: "HOST",
      description: "The address to listen on. By default 127.0.0.1: this machine only.",
    },
    {
      name: "key",
      value: "KEY",
      description: "What callers send as `Authorization: Bearer KEY`. By default 32 random bytes, printed once.",
    },
  ],
  details: [
    'POST /score takes {"data": [{"column": value, …}, …]} with the columns in any order and answers {"result": [prediction, …]}. GET / says Healthy, GET /swagger.json describes the columns. Ctrl-C ends it at once.',
  ],
  example: "slipway serve penguins.slipway --port 5001",
  writesData: () => false,
  run: runServe,
};

/** Fewer characters can be tried out. */
const shortKey = 16;

async function runServe({ operands, options, output, signal }: Invocation): Promise<void> {
  const file = operands[0] ?? "";
  const port = numberOption(options, "port", { min: 0, max: 65_535, whole: true }) ?? defaultPort;
  const key = options["key"] === undefined ? randomBytes(32).toString("base64url") : checkKey(options["key"]);
  const [{ readModel }, { serveModel }] = await Promise.all([
    import("../model/index.ts"),
    import("../serving/index.ts"),
  ]);
  const model = await readModel(file);
  const name = basename(file, extname(file));
  const { url, close } = await serveModel({ model, host: options["host"] ?? "127.0.0.1", port, key, name });
  output.line(`${output.bold(name)} (${model.name}, predicts ${model.target}) is served at ${output.bold(url)}`);
  output.line(`Key:     ${key}`);
  if (key.length < shortKey)
    output.line(`note: a key of ${key.length} characters is easily guessed; leave --key out for a good one.`);
  output.line(`Swagger: ${url}/swagger.json`);
  output.line("Try it:");
  output.line(`  ${curlCommand(url, key, exampleRows(model))}`);
  output.line(output.dim("Ctrl-C ends it."));
  try {
    await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
  } finally {
    await close();
  }
  signal.throwIfAborted();
}

function checkKey(key: string): string {
  if (/^[\x21-\x7e]{1,512}$/.test(key)) return key;
  throw new SlipwayError("SLW_CLI_VALUE", "--key must be 1 to 512 visible ASCII characters without spaces.", {
    fix: "Leave --key out: a good one is made and printed.",
  });
}

/** One line that a shell takes as it stands. */
export function curlCommand(url: string, key: string, rows: readonly object[]): string {
  return `curl -H 'Authorization: Bearer ${key}' -H 'Content-Type: application/json' -d ${quoted(JSON.stringify({ data: rows }))} ${url}/score`;
}
