import { basename, extname, resolve } from "node:path";
import { SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { count } from "./text.ts";
import { checkWritable, choiceOption, quoted } from "./values.ts";
import { writeWhole } from "./write-whole.ts";

const formats = ["onnx", "js"] as const;
type Format = (typeof formats)[number];

export const exportCommand: Command = {
  name: "export",
  summary: "Writes a model file as ONNX or as a JavaScript module, for use without Slipway.",
  operands: [{ name: "FILE.slipway", description: "The model file, as slipway automl writes it." }],
  options: [
    {
      name: "format",
      value: "FORMAT",
      required: true,
      description:
        "onnx: for runtimes with ai.onnx.ml 5; checked with onnxruntime 1.31. js: one ES module without dependencies, for browsers and other JavaScript.",
    },
    {
      name: "out",
      value: "FILE",
      description:
        "The file to write, whole or not at all. By default the model file's name with .onnx or .mjs, in the current folder.",
    },
  ],
  details: [
    "ONNX: one input a column, [N, 1], called like it: double for numbers (null: NaN) and for dates (milliseconds since 1970-01-01T00:00:00Z), string for text (null: any text that is no category). Outputs: label [N] and probabilities [N, labels], or variable [N, 1] for regression.",
    "JavaScript: predict(rows) and, for classification, predictProba(rows) and labels; rows are objects by column name, dates ISO 8601 text.",
    "A model that a format cannot express exactly is refused; no file is written then.",
  ],
  example: "slipway export penguins.slipway --format onnx --out penguins.onnx",
  writesData: () => false,
  run: runExport,
};

async function runExport({ operands, options, output, signal }: Invocation): Promise<void> {
  const file = operands[0] ?? "";
  const format = choiceOption(options, "format", formats) as Format;
  const out = options["out"] ?? `${basename(file, extname(file))}${format === "onnx" ? ".onnx" : ".mjs"}`;
  if (resolve(out) === resolve(file))
    throw new SlipwayError("SLW_CLI_OUTPUT", `--out ${quoted(out)} is the model file itself.`, {
      details: { path: out },
    });
  checkWritable(out);
  const { exportJavaScript, exportOnnx, readModel } = await import("../model/index.ts");
  const model = await readModel(file);
  const bytes = format === "onnx" ? exportOnnx(model) : new TextEncoder().encode(exportJavaScript(model));
  signal.throwIfAborted();
  await writeWhole(out, bytes);
  output.line(`Saved ${output.bold(out)} (${count(bytes.length)} bytes).`);
}
