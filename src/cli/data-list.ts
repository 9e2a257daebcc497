import type { DatasetVersion } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { bytes, datasetOperand, datasetVersion, describeVersion, tagOption } from "./data-values.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count, printable, table } from "./text.ts";

export const dataListCommand: Command = {
  name: "data list",
  summary: "Lists the datasets, those that changed last first.",
  operands: [],
  options: [
    { name: "name", value: "TEXT", description: "Only those whose names have this in them." },
    { ...tagOption, description: "Only those with this tag; may be given several times." },
    { name: "archived", description: "The archived ones instead of the others." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway data list",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { name, tag } = invocation.options;
    const query = {
      limit: listingLimit,
      archived: "archived" in invocation.options,
      ...(name !== undefined && { name }),
      ...(tag !== undefined && { tag: tag.split(",") }),
    };
    const page = await connect(invocation.options).listDatasets({ query }, { signal: invocation.signal });
    await printListing(
      invocation,
      page,
      [
        { title: "NAME" },
        { title: "LATEST", align: "right" },
        { title: "ROWS", align: "right" },
        { title: "COLUMNS", align: "right" },
        { title: "SIZE", align: "right" },
        { title: "CHANGED", optional: true },
        { title: "DESCRIPTION", flexible: true },
      ],
      ({ name, latest, updatedAt, description }) => [
        name,
        ...(latest
          ? [String(latest.version), count(latest.rows), count(latest.columns), bytes(latest.size)]
          : ["–", "–", "–", "–"]),
        shortTime(updatedAt),
        description,
      ],
      "There are no datasets yet. Make one: slipway data create NAME FILE",
    );
  },
};

export const dataShowCommand: Command = {
  name: "data show",
  summary: "Shows a version of a dataset: columns, where it comes from, what was made of it; and the other versions.",
  operands: [datasetOperand],
  options: serverOptions,
  details: [],
  example: "slipway data show penguins",
  writesData: (options) => "json" in options,
  run: runShow,
};

async function runShow(invocation: Invocation): Promise<void> {
  const { operands, options, output, write, signal } = invocation;
  const ref = datasetVersion(operands[0] ?? "");
  const client = connect(options);
  const [dataset, version, versions] = await Promise.all([
    client.getDataset({ dataset: ref.dataset }, { signal }),
    client.getDatasetVersion(ref, { signal }),
    client.listDatasetVersions({ dataset: ref.dataset, query: { limit: 20 } }, { signal }),
  ]);
  if ("json" in options)
    return void (await write(`${JSON.stringify({ dataset, version, versions: versions.items })}\n`));
  output.line(output.bold(describeVersion(version)));
  for (const text of new Set([dataset.description, version.description])) if (text !== "") output.line(printable(text));
  output.line(`from ${printable(describeSource(version))}, by ${version.createdBy}, ${shortTime(version.createdAt)}`);
  output.line(output.dim(`sha256 ${version.sha256}, id ${version.id}`));
  const tags = Object.entries({ ...dataset.tags, ...version.tags });
  if (tags.length > 0) output.line(`tags ${printable(tags.map(([name, value]) => `${name}=${value}`).join(", "))}`);
  if (version.outputs.length > 0) output.line(`made of it: ${version.outputs.map(nameOf).join(", ")}`);
  output.line();
  const columns = [
    { title: "COLUMN", flexible: true as const },
    { title: "TYPE" },
    { title: "PURPOSE" },
    { title: "NULLS", align: "right" as const },
  ];
  const rows = version.schema.map(({ name, type, purpose, nulls }) => [name, type, purpose, count(nulls)]);
  for (const line of table(columns, rows, output.width)) output.line(line);
  for (const warning of version.warnings) output.line(`${output.yellow("warning")} ${printable(warning)}`);
  output.line();
  await printListing(
    { ...invocation, options: {} },
    versions,
    [
      { title: "VERSION", align: "right" },
      { title: "ROWS", align: "right" },
      { title: "SIZE", align: "right" },
      { title: "CREATED" },
      { title: "FROM", flexible: true },
    ],
    (item) => [
      String(item.version),
      count(item.rows),
      bytes(item.size),
      shortTime(item.createdAt),
      describeSource(item),
    ],
    "There are no versions.",
  );
}

function nameOf({ dataset, version }: { readonly dataset: string; readonly version: number }): string {
  return `${dataset}@${version}`;
}

function describeSource({ source }: Pick<DatasetVersion, "source">): string {
  switch (source.kind) {
    case "upload":
      return source.fileName;
    case "datastore":
      return `${source.datastore}: ${source.path}`;
    case "query":
      return `${source.datastore}: ${source.query}`;
    case "url":
      return source.url;
    case "derived": {
      const part = source.part === "all" ? "" : ` (${source.part})`;
      const steps = source.steps.map(({ step }) => step).join(", ");
      return `${nameOf(source)}: ${steps}${part}`;
    }
    case "collected":
      return `endpoint ${source.endpoint}${source.labelled ? ", labelled" : ""}`;
    case "scored":
      return `${nameOf(source)}: scored with ${source.model}@${source.modelVersion}`;
    case "transformed":
      return `query over ${Object.values(source.tables).map(nameOf).join(", ")}`;
    case "command":
      return `step ${source.step}: ${source.output}`;
  }
}
