import type { Client, ModelVersionDetails, RegisteredModel } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { bytes } from "./data-values.ts";
import { shortTime } from "./listing.ts";
import { splitVersion, versionOperand } from "./models-values.ts";
import type { Output } from "./output.ts";
import { connect, serverOptions } from "./server-client.ts";
import { metric, number, printable, table } from "./text.ts";

export const modelsShowCommand: Command = {
  name: "models show",
  summary: "Shows a model; with a version, that version: metrics, inputs, lineage and what uses it.",
  operands: [{ ...versionOperand, description: "The model, and perhaps a version of it: bank, bank@3, bank@best." }],
  options: serverOptions,
  details: [],
  example: "slipway models show bank@best",
  writesData: (options) => "json" in options,
  run: showModel,
};

async function showModel({ operands: [given = ""], options, output, write }: Invocation): Promise<void> {
  const client = connect(options);
  const { model, version } = splitVersion(given);
  if (version === null) {
    const found = await client.getModel({ model });
    if ("json" in options) return write(`${JSON.stringify(found)}\n`);
    return printModel(output, found);
  }
  const details = await client.getModelVersion({ model, version });
  const uses = await usesOf(client, details);
  if ("json" in options) return write(`${JSON.stringify({ ...details, uses })}\n`);
  printVersion(output, details, uses);
}

type Uses = Awaited<ReturnType<Client["listModelVersionUses"]>>["items"];

async function usesOf(client: Client, { model, version }: ModelVersionDetails): Promise<Uses> {
  return (await client.listModelVersionUses({ model, version: String(version) })).items;
}

function printModel(output: Output, model: RegisteredModel): void {
  output.line(output.bold(printable(model.name)) + (model.archivedAt === null ? "" : "  archived"));
  section(output, null, [
    ...text("description", model.description),
    ["latest version", model.latestVersion === null ? "none" : String(model.latestVersion)],
    ...model.aliases.map(({ alias, version }) => [alias, `version ${version}`] as const),
    ["created", `${shortTime(model.createdAt)} by ${model.createdBy}`],
    ["changed", shortTime(model.updatedAt)],
  ]);
  section(output, "Tags", Object.entries(model.tags));
}

function printVersion(output: Output, version: ModelVersionDetails, uses: Uses): void {
  const { model, status, stage, restriction, contents, lineage } = version;
  output.line(`${output.bold(printable(`${model}@${version.version}`))}  ${version.algorithm}`);
  if (restriction)
    output.line(output.yellow(`  ${restriction.state}: ${printable(restriction.reason)} (${restriction.by})`));
  section(output, null, [
    ...text("description", version.description),
    ["kind", version.task === null ? version.kind : `${version.kind}, ${version.task} of ${version.target ?? "–"}`],
    ["stage", status === "READY" ? stage : `${stage}, ${status}`],
    ...text("aliases", version.aliases.join(", ")),
    ["size", bytes(version.size)],
    ...(contents.rowMicroseconds === null ? [] : [["one row", `${number(contents.rowMicroseconds, 3)} µs`] as const]),
    ["source", version.source.uri],
    ...(lineage.dataset ? [["data", `${lineage.dataset.name}@${lineage.dataset.version ?? "–"}`] as const] : []),
    ...text("commit", lineage.codeCommit ?? ""),
    ["registered", `${shortTime(version.createdAt)} by ${lineage.registeredBy}`],
    ...uses.map(({ kind, name }) => ["used by", `${kind} ${name}`] as const),
  ]);
  section(
    output,
    "Metrics",
    Object.entries(version.metrics).map(([name, value]) => [name, metric(value)]),
  );
  section(
    output,
    "Inputs",
    contents.inputs.map(({ name, type, nullable }) => [name, nullable ? `${type}, may be null` : type]),
  );
  section(
    output,
    "Members",
    contents.members.map(({ name, weight }) => [name, number(weight, 4)]),
  );
  section(output, "Tags", Object.entries(version.tags));
}

function text(name: string, value: string): (readonly [string, string])[] {
  return value === "" ? [] : [[name, value]];
}

function section(output: Output, title: string | null, entries: readonly (readonly [string, string])[]): void {
  if (entries.length === 0) return;
  if (title !== null) output.line(`\n${output.bold(title)}`);
  const rows = entries.map(([name, value]) => [`  ${name}`, value]);
  const [, ...lines] = table([{ title: "" }, { title: "", flexible: true }], rows, output.width);
  for (const line of lines) output.line(line);
}
