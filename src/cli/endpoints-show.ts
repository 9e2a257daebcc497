import { SlipwayError } from "../base/index.ts";
import type { Client, EndpointDetails, EndpointExamples } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { bytes } from "./data-values.ts";
import { endpointOperand } from "./endpoints-values.ts";
import { shortTime } from "./listing.ts";
import type { Output } from "./output.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable, table } from "./text.ts";

export const endpointsShowCommand: Command = {
  name: "endpoints show",
  summary: "Shows an endpoint: state, addresses, deployments, settings, processes, and ready code to call it.",
  operands: [endpointOperand],
  options: [
    { name: "key", description: "Puts the primary key into the code; reading it is audited." },
    ...serverOptions,
  ],
  details: ["Without --key the code has KEY where the key belongs."],
  example: "slipway endpoints show bank --key",
  writesData: (options) => "json" in options,
  run: show,
};

async function show({ operands: [endpoint = ""], options, output, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const details = await client.getEndpoint({ endpoint }, { signal });
  const code = await codeOf(client, details, "key" in options, signal);
  if ("json" in options) return write(`${JSON.stringify({ ...details, code })}\n`);
  printEndpoint(output, details);
  if (code === null) return;
  for (const [title, text] of [
    ["curl", code.curl],
    ["Python", code.python],
    ["TypeScript", code.typescript],
  ] as const) {
    output.line(`\n${output.bold(title)}`);
    for (const line of text.split("\n")) output.line(printable(line));
  }
}

/** Null for an endpoint that no model answers for. */
async function codeOf(
  client: Client,
  { name, authMode }: EndpointDetails,
  withKey: boolean,
  signal: AbortSignal,
): Promise<EndpointExamples | null> {
  const examples = await client.getEndpointExamples({ endpoint: name }, { signal }).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.status < 500) return null;
    throw error;
  });
  if (examples === null || !withKey || authMode !== "key") return examples;
  const { primaryKey } = await client.getEndpointKeys({ endpoint: name }, { signal });
  const fill = (text: string): string => text.replaceAll(/\bKEY\b/g, () => primaryKey);
  const { request, curl, python, typescript } = examples;
  return { request, curl: fill(curl), python: fill(python), typescript: fill(typescript) };
}

function printEndpoint(output: Output, endpoint: EndpointDetails): void {
  const { name, state, stateReason, settings, processes } = endpoint;
  output.line(`${output.bold(name)}  ${state}${stateReason === null ? "" : `: ${printable(stateReason)}`}`);
  const { autoscale, dataCollection, appInsights, replicas } = settings;
  const scale = autoscale.enabled ? `${autoscale.minReplicas} to ${autoscale.maxReplicas} by load` : String(replicas);
  lines(output, [
    ["scoring", endpoint.scoringUri],
    ["Swagger", endpoint.swaggerUri],
    ["try it", endpoint.docsUri],
    ["auth", endpoint.authMode],
    ["replicas", scale],
    ["app insights", appInsights ? "on" : "off"],
    ["data collection", dataCollection.enabled ? `${dataCollection.samplingRate * 100} % of the requests` : "off"],
    ["created", `${shortTime(endpoint.createdAt)} by ${endpoint.createdBy}`],
    ["last request", shortTime(endpoint.lastRequestAt)],
  ]);
  output.line(`\n${output.bold("Deployments")}`);
  rows(
    output,
    [
      { title: "NAME" },
      { title: "MODEL" },
      { title: "STATE" },
      { title: "TRAFFIC", align: "right" },
      { title: "MIRROR", align: "right" },
      { title: "WHY", flexible: true },
    ],
    endpoint.deployments.map(({ name: deployment, model, state: health, stateReason: why, traffic, mirror }) => [
      deployment,
      `${model.name}@${model.version}`,
      health,
      `${traffic} %`,
      mirror > 0 ? `${mirror} %` : "–",
      why ?? "",
    ]),
  );
  if (processes.length === 0) return;
  output.line(`\n${output.bold("Processes")}`);
  rows(
    output,
    [{ title: "PID", align: "right" }, { title: "ROLE" }, { title: "STATE" }, { title: "MEMORY", align: "right" }],
    processes.map(({ pid, role, state: phase, memoryBytes }) => [
      String(pid),
      role,
      phase,
      memoryBytes === null ? "–" : bytes(memoryBytes),
    ]),
  );
}

function lines(output: Output, entries: readonly (readonly [string, string])[]): void {
  const [, ...text] = table(
    [{ title: "" }, { title: "", flexible: true }],
    entries.map(([name, value]) => [`  ${name}`, value]),
    output.width,
  );
  for (const line of text) output.line(line);
}

function rows(output: Output, columns: Parameters<typeof table>[0], cells: readonly (readonly string[])[]): void {
  for (const line of table(columns, cells, output.width - 2)) output.line(`  ${line}`);
}
