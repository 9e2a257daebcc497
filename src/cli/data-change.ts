import { SlipwayError } from "../base/index.ts";
import type { Command } from "./command.ts";
import { datasetVersion, tagsOf } from "./data-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable } from "./text.ts";
import { listOption } from "./values.ts";

const nameOperand = { name: "NAME", description: "The dataset." };

export const dataArchiveCommand: Command = archiveCommand(true);
export const dataUnarchiveCommand: Command = archiveCommand(false);

function archiveCommand(archived: boolean): Command {
  const name = archived ? "data archive" : "data unarchive";
  return {
    name,
    summary: archived
      ? "Takes a dataset out of the lists; its versions stay, and it gets no new ones."
      : "Takes an archived dataset back.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: `slipway ${name} penguins`,
    writesData: (options) => "json" in options,
    run: async ({ operands: [dataset = ""], options, output, write, signal }) => {
      const changed = await connect(options).updateDataset({ dataset, body: { archived } }, { signal });
      if ("json" in options) await write(`${JSON.stringify(changed)}\n`);
      else output.line(`${output.bold(dataset)} is ${archived ? "archived" : "back in the lists"}.`);
    },
  };
}

export const dataTagsCommand: Command = {
  name: "data tags",
  summary: "Shows, sets and removes tags of a dataset, or of one of its versions.",
  operands: [{ name: "NAME[@VERSION]", description: "The dataset; with @VERSION, that version of it." }],
  options: [
    { name: "set", value: "NAME=VALUE", repeatable: true, description: "Sets a tag; may be given several times." },
    { name: "remove", value: "NAME", repeatable: true, description: "Removes a tag; may be given several times." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway data tags penguins --set source=palmer",
  writesData: (options) => "json" in options,
  run: async ({ operands: [name = ""], options, output, write, signal }) => {
    const removed = (listOption(options, "remove") ?? []).map((tag) => [tag, null] as const);
    const set = tagsOf(options, "set") ?? {};
    const both = removed.find(([tag]) => Object.hasOwn(set, tag));
    if (both) throw new SlipwayError("SLW_CLI_VALUE", `The tag "${both[0]}" is both set and removed.`);
    const body = { tags: { ...set, ...Object.fromEntries(removed) } };
    const client = connect(options);
    const ref = datasetVersion(name);
    const { tags } = name.includes("@")
      ? await client.updateDatasetVersion({ ...ref, body }, { signal })
      : await client.updateDataset({ dataset: ref.dataset, body }, { signal });
    if ("json" in options) return void (await write(`${JSON.stringify(tags)}\n`));
    const lines = Object.entries(tags).map(([tag, value]) => printable(`${tag}=${value}`));
    for (const line of lines) output.line(line);
    if (lines.length === 0) output.line("There are no tags.");
  },
};
