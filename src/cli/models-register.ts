import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { SlipwayError } from "../base/index.ts";
import type { BodyOf, Client, Operations } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { uploadFile } from "./data-create.ts";
import { datasetVersion, tagOption, tagsOf } from "./data-values.ts";
import { primaryMetricText } from "./models-values.ts";
import { resolveRun } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { metric } from "./text.ts";
import { listOption } from "./values.ts";

export const modelsRegisterCommand: Command = {
  name: "models register",
  summary: "Registers the next version of a model, from a file, a folder or an artifact of a run.",
  operands: [
    { name: "NAME", description: "The model; it is made where it is not there." },
    {
      name: "FILE|FOLDER|runs:/RUN/PATH",
      description:
        "A .slipway or .onnx file, a folder as MLflow saves it, or one of these among the artifacts of a run.",
    },
  ],
  options: [
    { name: "alias", value: "NAME", repeatable: true, description: "Gives it this alias; may be given several times." },
    { name: "description", value: "TEXT", description: "What is new in it." },
    tagOption,
    {
      name: "data",
      value: "NAME@VERSION",
      description: "The dataset that it was trained on. By default what the run says.",
    },
    { name: "commit", value: "COMMIT", description: "The commit of the code. By default what the run says." },
    ...serverOptions,
  ],
  details: ["The files are read and checked on the server before the version is made; nothing in them is run."],
  example: "slipway models register penguins penguins.slipway --alias champion",
  writesData: (options) => "json" in options,
  run: runRegister,
};

type Registration = BodyOf<Operations["registerModelVersion"]>;

async function runRegister(invocation: Invocation): Promise<void> {
  const { operands, options, output, write, signal } = invocation;
  const [model = "", from = ""] = operands;
  const client = connect(options);
  const source = await chooseSource(client, from, invocation);
  output.status("reading and checking …");
  const version = await client.registerModelVersion({ model, body: { source, ...particulars(options) } }, { signal });
  output.status("");
  if ("json" in options) return void (await write(`${JSON.stringify(version)}\n`));
  const score = primaryMetricText(version, metric);
  output.line(
    `Registered ${output.bold(`${version.model}@${version.version}`)}: ${version.algorithm}${score && `, ${score}`}.`,
  );
}

function particulars(options: Invocation["options"]): Omit<Registration, "source"> {
  const { description, commit, data } = options;
  const aliases = listOption(options, "alias");
  const tags = tagsOf(options);
  return {
    ...(description !== undefined && { description }),
    ...(aliases && { aliases }),
    ...(tags && { tags }),
    ...(commit !== undefined && { codeCommit: commit }),
    ...(data !== undefined && { dataset: numberedDataset(data) }),
  };
}

/** @throws SLW_CLI_VALUE where the version is no number: what "latest" was is not known later */
function numberedDataset(text: string): { name: string; version: number } {
  const { dataset, version } = datasetVersion(text);
  if (version !== "latest") return { name: dataset, version: Number(version) };
  throw new SlipwayError("SLW_CLI_VALUE", `--data needs the number of the version, got "${text}".`, {
    fix: `Give it like this: --data ${dataset}@1`,
    details: { option: "data", value: text },
  });
}

async function chooseSource(
  client: Client,
  from: string,
  { output, signal }: Pick<Invocation, "output" | "signal">,
): Promise<Registration["source"]> {
  const artifact = /^runs:\/+([^/]+)\/(.+)$/.exec(from);
  if (artifact !== null) return { run: await resolveRun(client, artifact[1] as string), path: artifact[2] as string };
  const uploads: { path: string; upload: string }[] = [];
  for (const { file, path } of filesOf(from)) {
    uploads.push({ path, upload: await uploadFile(client, file, output, signal) });
  }
  return { uploads };
}

/** The file itself, or all files below the folder with their paths from there. @throws SLW_DATA_NOT_FOUND, SLW_CLI_OPERAND */
function filesOf(from: string): { file: string; path: string }[] {
  const found = statSync(from, { throwIfNoEntry: false });
  if (!found?.isDirectory()) return [{ file: from, path: basename(from) }];
  const entries = readdirSync(from, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
  const below = join(from, "x").length - 1;
  const listed = files.map((file) => ({ file, path: file.slice(below).replaceAll("\\", "/") }));
  if (listed.some(({ path }) => path === "MLmodel")) return listed;
  throw new SlipwayError("SLW_CLI_OPERAND", `The folder ${from} is no model: it has no file MLmodel.`, {
    fix: "Give the folder that MLflow saved, or one .slipway or .onnx file.",
    details: { got: from },
  });
}
