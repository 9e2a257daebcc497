import { mkdirSync } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { saveStream } from "./data-download.ts";
import { bytes } from "./data-values.ts";
import { namedVersion, versionOperand } from "./models-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count } from "./text.ts";
import { checkWritable, choiceOption, quoted } from "./values.ts";
import { writeWhole } from "./write-whole.ts";

export const modelsDownloadCommand: Command = {
  name: "models download",
  summary: "Saves the files of a version: a file, or a folder where it has several.",
  operands: [versionOperand],
  options: [
    {
      name: "out",
      value: "PATH",
      description:
        "The file, or the folder, to write. By default NAME-VERSION, with the file's own ending, in the current folder.",
    },
    ...serverOptions,
  ],
  details: [],
  example: "slipway models download bank@best --out bank.slipway",
  writesData: (options) => "json" in options,
  run: download,
};

async function download({ operands: [given = ""], options, output, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const { model, version } = await client.getModelVersion(namedVersion(given), { signal });
  const named = { model, version: String(version) };
  const { items } = await client.listModelVersionFiles(named, { signal });
  const [single] = items;
  if (single === undefined) throw new SlipwayError("SLW_REGISTRY_FILE", `${model}@${version} has no files.`);
  const name = `${model}-${version}`.replace(/[^\w.-]+/g, "_");
  const isFile = items.length === 1 && single.path !== "MLmodel";
  const out = options["out"] ?? (isFile ? `${name}${/\.\w+$/.exec(single.path)?.[0] ?? ""}` : name);
  let size = 0;
  for (const { path } of items) {
    const target = isFile ? out : inside(out, path);
    if (!isFile) mkdirSync(dirname(target), { recursive: true });
    checkWritable(target);
    size += await saveStream(target, await client.downloadModelVersionFile({ ...named, path }, { signal }), signal);
  }
  if ("json" in options) return void (await write(`${JSON.stringify({ out, files: items.length, size })}\n`));
  output.line(`Saved ${output.bold(out)} (${isFile ? "" : `${count(items.length)} files, `}${bytes(size)}).`);
}

/** The server checks the paths; a file outside of the folder is not written all the same. @throws SLW_CLI_OUTPUT */
function inside(folder: string, path: string): string {
  const target = resolve(folder, path);
  if (target.startsWith(resolve(folder) + sep)) return target;
  throw new SlipwayError("SLW_CLI_OUTPUT", `The server names a file outside of ${folder}: ${path}.`);
}

export const modelsExportCommand: Command = {
  name: "models export",
  summary: "Writes a version as ONNX or as a JavaScript module, for use without Slipway.",
  operands: [versionOperand],
  options: [
    { name: "format", value: "FORMAT", required: true, description: "onnx or js, as slipway export has them." },
    {
      name: "out",
      value: "FILE",
      description: "The file to write. By default NAME-VERSION.onnx or .mjs, in the current folder.",
    },
    ...serverOptions,
  ],
  details: ["Only versions of kind slipway can be exported; the file is converted here, not on the server."],
  example: "slipway models export bank@best --format onnx --out bank.onnx",
  writesData: (options) => "json" in options,
  run: exportModel,
};

async function exportModel({ operands: [given = ""], options, output, write, signal }: Invocation): Promise<void> {
  const format = choiceOption(options, "format", ["onnx", "js"]);
  const client = connect(options);
  const { model, version, kind } = await client.getModelVersion(namedVersion(given), { signal });
  if (kind !== "slipway") {
    throw new SlipwayError(
      "SLW_EXPORT_UNSUPPORTED",
      `${model}@${version} is of kind ${kind}; only kind slipway is exported.`,
      {
        fix: `Save it as it is: slipway models download ${quoted(`${model}@${version}`)}`,
        details: { kind },
      },
    );
  }
  const named = { model, version: String(version) };
  const extension = format === "onnx" ? "onnx" : "mjs";
  const out = options["out"] ?? join(".", basename(`${model}-${version}`.replace(/[^\w.-]+/g, "_") + `.${extension}`));
  checkWritable(out);
  const { items } = await client.listModelVersionFiles(named, { signal });
  const response = await client.downloadModelVersionFile({ ...named, path: items[0]?.path ?? "" }, { signal });
  const { decodeModel, exportJavaScript, exportOnnx } = await import("../model/index.ts");
  const content = decodeModel(new Uint8Array(await response.arrayBuffer()));
  const exported = format === "onnx" ? exportOnnx(content) : new TextEncoder().encode(exportJavaScript(content));
  signal.throwIfAborted();
  await writeWhole(out, exported);
  if ("json" in options) await write(`${JSON.stringify({ out, size: exported.length })}\n`);
  else output.line(`Saved ${output.bold(out)} (${count(exported.length)} bytes).`);
}
