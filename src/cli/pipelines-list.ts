import type { PipelineVersionDetails } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import type { Output } from "./output.ts";
import { pipelineOperand, pipelineVersion } from "./pipelines-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable, table, type Column } from "./text.ts";

const json = (options: Invocation["options"]): boolean => "json" in options;

export const pipelinesListCommands: readonly Command[] = [
  {
    name: "pipelines list",
    summary: "Lists published pipelines.",
    operands: [],
    options: [{ name: "archived", description: "Also archived ones." }, ...serverOptions],
    details: [],
    example: "slipway pipelines list",
    writesData: json,
    run: list,
  },
  {
    name: "pipelines versions",
    summary: "Lists the versions of a pipeline, the newest first.",
    operands: [{ name: "NAME", description: "The pipeline." }],
    options: serverOptions,
    details: [],
    example: "slipway pipelines versions retrain",
    writesData: json,
    run: versions,
  },
  {
    name: "pipelines runs",
    summary: "Lists runs of pipelines, the newest first.",
    operands: [{ name: "NAME", description: "Only of this pipeline.", optional: true }],
    options: serverOptions,
    details: [],
    example: "slipway pipelines runs retrain",
    writesData: json,
    run: listRuns,
  },
  {
    name: "pipelines show",
    summary: "Shows a version of a pipeline: its address, parameters and steps.",
    operands: [pipelineOperand],
    options: [{ name: "source", description: "Prints the definition as it was written." }, ...serverOptions],
    details: [],
    example: "slipway pipelines show retrain@2",
    writesData: (options) => "json" in options || "source" in options,
    run: show,
  },
];

async function list(invocation: Invocation): Promise<void> {
  const archived = "archived" in invocation.options;
  const query = { limit: listingLimit, ...(archived && { archived }) };
  const page = await connect(invocation.options).listPipelines({ query });
  await printListing(
    invocation,
    page,
    [
      { title: "NAME" },
      { title: "DEFAULT", align: "right" },
      { title: "STATUS" },
      { title: "CHANGED" },
      { title: "ENDPOINT", flexible: true },
    ],
    ({ name, defaultVersion, latestVersion, status, updatedAt, endpoint, archived: gone }) => [
      name,
      latestVersion === defaultVersion ? String(defaultVersion) : `${defaultVersion} of ${latestVersion}`,
      gone ? "archived" : status,
      shortTime(updatedAt),
      endpoint,
    ],
    "No pipeline is published yet: slipway pipelines publish FILE",
  );
}

async function listRuns(invocation: Invocation): Promise<void> {
  const [pipeline] = invocation.operands;
  const query = { limit: listingLimit, ...(pipeline !== undefined && { pipeline }) };
  const page = await connect(invocation.options).listPipelineRuns({ query });
  await printListing(
    invocation,
    page,
    [
      { title: "ID" },
      { title: "PIPELINE", flexible: true },
      { title: "STATUS" },
      { title: "STEPS" },
      { title: "USER" },
      { title: "STARTED" },
    ],
    (run) => [
      run.id,
      run.version === null ? run.pipeline : `${run.pipeline}@${run.version}`,
      run.status,
      Object.entries(run.steps)
        .map(([state, count]) => `${count} ${state}`)
        .join(", "),
      run.user,
      shortTime(run.startedAt),
    ],
    "No pipeline has run yet: slipway pipelines run NAME",
  );
}

async function versions(invocation: Invocation): Promise<void> {
  const { operands, options } = invocation;
  const pipeline = operands[0] ?? "";
  const page = await connect(options).listPipelineVersions({ pipeline, query: { limit: listingLimit } });
  await printListing(
    invocation,
    page,
    [
      { title: "VERSION", align: "right" },
      { title: "STATUS" },
      { title: "DEFAULT" },
      { title: "STEPS", align: "right" },
      { title: "BY" },
      { title: "CREATED" },
      { title: "COMMIT", optional: true },
      { title: "DESCRIPTION", flexible: true },
    ],
    (version) => [
      String(version.version),
      version.status,
      version.default ? "yes" : "",
      String(version.steps),
      version.createdBy,
      shortTime(version.createdAt),
      version.source?.git?.commit.slice(0, 12) ?? "",
      version.description,
    ],
    "There are no versions.",
  );
}

async function show({ operands: [given = ""], options, output, write }: Invocation): Promise<void> {
  const found = await connect(options).getPipelineVersion(pipelineVersion(given));
  if ("json" in options) return write(`${JSON.stringify(found)}\n`);
  if ("source" in options) return write(found.text ?? `${JSON.stringify(found.definition, null, 2)}\n`);
  print(output, found);
}

function print(output: Output, found: PipelineVersionDetails): void {
  const byDefault = found.default ? ", the default" : "";
  output.line(`${output.bold(printable(found.name))} version ${found.version} (${found.status}${byDefault})`);
  if (found.description !== "") output.line(`  ${printable(found.description)}`);
  output.line(`  ${found.endpoint}`);
  const { git } = found.source ?? {};
  if (git) output.line(`  from ${printable(git.repository)} at ${git.commit}${git.dirty ? ", with changes" : ""}`);
  output.line(`  published by ${printable(found.createdBy)}, ${shortTime(found.createdAt)}`);
  const parameters = Object.entries(found.parameters);
  if (parameters.length > 0) {
    const rows = parameters.map(([name, { type, values, default: byDefault, description = "" }]) => [
      name,
      values ? values.join(" | ") : type,
      byDefault === undefined ? "required" : JSON.stringify(byDefault),
      description,
    ]);
    const titles: readonly Column[] = [
      { title: "PARAMETER" },
      { title: "TYPE" },
      { title: "DEFAULT" },
      { title: "", flexible: true },
    ];
    for (const line of table(titles, rows, output.width)) output.line(`  ${line}`);
  }
  const steps = Object.entries(
    (found.definition["steps"] ?? {}) as Record<string, { type?: string; needs?: string[] }>,
  );
  const rows = steps.map(([name, { type = "", needs = [] }]) => [name, type, needs.join(", ")]);
  for (const line of table(
    [{ title: "STEP" }, { title: "TYPE" }, { title: "NEEDS", flexible: true }],
    rows,
    output.width,
  ))
    output.line(`  ${line}`);
}
