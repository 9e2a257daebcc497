import { randomBytes } from "node:crypto";
import { openAsBlob, statSync } from "node:fs";
import { basename } from "node:path";
import { SlipwayError } from "../base/index.ts";
import type { BodyOf, Client, Operations } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { bytes, describeVersion, tagOption, tagsOf } from "./data-values.ts";
import type { Output } from "./output.ts";
import { connect, serverOptions } from "./server-client.ts";
import { listOption } from "./values.ts";

export const dataCreateCommand: Command = {
  name: "data create",
  summary: "Creates a dataset, or a new version of one, from a file, a URL or a datastore, and profiles it.",
  operands: [
    { name: "NAME", description: "The dataset; it is made where it is not there." },
    {
      name: "FILE|URL|PATH",
      description:
        "CSV or Parquet: a file here, an https:// URL; with --datastore a path in it, or a query of a database.",
    },
  ],
  options: [
    { name: "datastore", value: "NAME", description: "Take it from this datastore." },
    { name: "description", value: "TEXT", description: "What it is." },
    tagOption,
    {
      name: "text",
      value: "COLUMN",
      repeatable: true,
      description: "A column to keep as text, exactly as written; may be given several times.",
    },
    { name: "timestamp", value: "COLUMN", description: "The column of dates that says when a row is from." },
    { name: "delimiter", value: "SIGN", description: "Of a CSV; by default it is found out." },
    ...serverOptions,
  ],
  details: ["The same bytes read in the same way are the same version: sent again they change nothing."],
  example: "slipway data create penguins examples/penguins.csv",
  writesData: (options) => "json" in options,
  run: runCreate,
};

async function runCreate({
  operands: [name = "", from = ""],
  options,
  output,
  write,
  signal,
}: Invocation): Promise<void> {
  const client = connect(options);
  const source = await chooseSource(client, from, { options, output, signal });
  output.status("reading and profiling …");
  const { description } = options;
  const tags = tagsOf(options);
  const answer = await client.createDatasetVersion(
    {
      dataset: name,
      body: {
        source,
        createDataset: true,
        options: readingOptions(options),
        ...(description !== undefined && { description }),
        ...(tags && { tags }),
      },
    },
    { signal },
  );
  output.status("");
  if ("json" in options) return void (await write(`${JSON.stringify(answer)}\n`));
  const { version, created } = answer;
  output.line(`${output.bold(describeVersion(version))}${created ? "" : " (was there already)"}`);
  for (const warning of version.warnings) output.line(`  ${output.yellow("warning")} ${warning}`);
  if (version.reported.count > 0) output.line(`  ${version.reported.count} lines of the file are no rows.`);
}

type Source = BodyOf<Operations["createDatasetVersion"]>["source"];

async function chooseSource(
  client: Client,
  from: string,
  { options, output, signal }: Pick<Invocation, "options" | "output" | "signal">,
): Promise<Source> {
  const { datastore } = options;
  if (datastore !== undefined) {
    const { kind } = await client.getDatastore({ datastore }, { signal });
    return kind === "postgres" ? { datastore, query: from } : { datastore, path: from };
  }
  if (/^https?:\/\//i.test(from)) return { url: from };
  return { upload: await uploadFile(client, from, output, signal) };
}

function readingOptions(options: Invocation["options"]): BodyOf<Operations["createDatasetVersion"]>["options"] {
  const texts = listOption(options, "text");
  const { delimiter, timestamp } = options;
  return {
    ...(texts && { types: Object.fromEntries(texts.map((column) => [column, "string" as const])) }),
    ...(delimiter !== undefined && { delimiter }),
    ...(timestamp !== undefined && { timestamps: { timestamp } }),
  };
}

/** Milliseconds between two questions of how much the server has. */
const progressInterval = 500;

/** @returns the id of the upload */
export async function uploadFile(client: Client, file: string, output: Output, signal: AbortSignal): Promise<string> {
  const size = sizeOf(file);
  // Chosen here, to ask for the progress under it.
  const id = randomBytes(16).toString("hex");
  const ask = (): void => {
    client.getUpload({ upload: id }).then(
      ({ received }) =>
        output.status(`${bytes(received)} of ${bytes(size)} uploaded (${Math.floor((100 * received) / size)}%)`),
      () => undefined,
    );
  };
  const timer = output.live ? setInterval(ask, progressInterval) : undefined;
  try {
    // A part of a file, not its copy in memory.
    const upload = await openAsBlob(file);
    const query = { id, fileName: basename(file).slice(-255) };
    await client.createUpload({ query, upload, mediaType: "application/octet-stream" }, { signal });
    return id;
  } finally {
    clearInterval(timer);
    output.status("");
  }
}

/** @throws SLW_DATA_NOT_FOUND, SLW_DATA_NOT_A_FILE, SLW_DATA_EMPTY */
function sizeOf(file: string): number {
  const details = { file };
  const found = statSync(file, { throwIfNoEntry: false });
  if (found === undefined) throw new SlipwayError("SLW_DATA_NOT_FOUND", `There is no file ${file}.`, { details });
  if (!found.isFile()) throw new SlipwayError("SLW_DATA_NOT_A_FILE", `${file} is no regular file.`, { details });
  if (found.size === 0) throw new SlipwayError("SLW_DATA_EMPTY", `${file} is empty.`, { details });
  return found.size;
}
