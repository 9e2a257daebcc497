import { SlipwayError } from "../base/index.ts";
import type { Client, EndpointDetails } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { settingChanges, settingOptions } from "./endpoints-settings.ts";
import { endpointOperand, findEndpoint } from "./endpoints-values.ts";
import { splitVersion } from "./models-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { choiceOption, numberOption } from "./values.ts";

export const endpointsDeployCommand: Command = {
  name: "endpoints deploy",
  summary: "Makes a REST endpoint of a registered model, or gives an endpoint that is there another model.",
  operands: [endpointOperand],
  options: [
    {
      name: "model",
      value: "MODEL[@VERSION]",
      required: true,
      description: "A number, latest, best, an alias or a stage: bank@3, bank@best. By default the latest version.",
    },
    {
      name: "deployment",
      value: "NAME",
      description: "By default blue, and green beside it; one of the two takes turns.",
    },
    {
      name: "traffic",
      value: "PERCENT",
      description: "That the deployment gets once it is healthy, when others are there. By default 100.",
    },
    { name: "auth", value: "MODE", description: "key (the default), token or none." },
    { name: "production", description: "Replicas instead of one process; by default 2 of them." },
    { name: "port", value: "PORT", description: "Of a new endpoint. By default any free one." },
    ...settingOptions,
    ...serverOptions,
  ],
  details: [
    "Answers when the deployment is healthy: its model has scored a row. Where it does not become healthy, what served before goes on.",
    'With --json one line: {"name","state","scoringUri","swaggerUri","primaryKey","secondaryKey"}.',
  ],
  example: "slipway endpoints deploy bank --model bank@best",
  writesData: (options) => "json" in options,
  run: deploy,
};

async function deploy({ operands: [name = ""], options, output, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const model = options["model"] ?? "";
  splitVersion(model);
  const settings = settingChanges(options);
  const there = await findEndpoint(client, name, signal);
  output.status(output.dim(`deploying ${model} to ${name}`));
  const start = performance.now();
  const deployed =
    there === null
      ? await create(client, name, options, settings, signal)
      : await add(client, there, options, settings, signal);
  const { primaryKey, secondaryKey } = deployed;
  if ("json" in options) {
    const { state, scoringUri, swaggerUri } = deployed;
    return write(`${JSON.stringify({ name, state, scoringUri, swaggerUri, primaryKey, secondaryKey })}\n`);
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(2);
  output.line(`${output.bold(name)} is ${deployed.state} after ${seconds} s: ${describeTraffic(deployed)}`);
  output.line(`  scoring   ${deployed.scoringUri}`);
  output.line(`  Swagger   ${deployed.swaggerUri}   try it: ${deployed.docsUri}`);
  if (primaryKey !== null) output.line(`  keys      ${primaryKey}  ${secondaryKey ?? ""}`);
  output.line(output.dim(`Ready code for curl, Python and TypeScript: slipway endpoints show ${name}`));
}

type Deployed = EndpointDetails & { readonly primaryKey: string | null; readonly secondaryKey: string | null };
type Settings = ReturnType<typeof settingChanges>;

function create(
  client: Client,
  name: string,
  options: Invocation["options"],
  settings: Settings,
  signal: AbortSignal,
): Promise<Deployed> {
  if (options["traffic"] !== undefined && options["traffic"] !== "100") {
    throw new SlipwayError("SLW_CLI_VALUE", "The first deployment of an endpoint gets all of the traffic.", {
      fix: "Leave --traffic out.",
    });
  }
  const production = "production" in options || (settings.replicas ?? 1) > 1 || settings.autoscale?.enabled === true;
  const port = numberOption(options, "port", { min: 1, max: 65_535, whole: true });
  const authMode = choiceOption(options, "auth", ["key", "token", "none"]);
  const body = {
    name,
    model: options["model"] ?? "",
    computeType: production ? ("production" as const) : ("quick" as const),
    settings: production ? { replicas: 2, ...settings } : settings,
    ...(options["deployment"] !== undefined && { deployment: options["deployment"] }),
    ...(authMode !== undefined && { authMode }),
    ...(port !== undefined && { port }),
  };
  return client.createEndpoint({ body }, { signal });
}

async function add(
  client: Client,
  { name, authMode }: EndpointDetails,
  options: Invocation["options"],
  settings: Settings,
  signal: AbortSignal,
): Promise<Deployed> {
  const fixed = ["auth", "port", "production"].find((option) => option in options);
  if (fixed !== undefined) {
    throw new SlipwayError("SLW_CLI_OPTION", `The endpoint ${name} is there already; --${fixed} is for a new one.`, {
      fix: `Leave it out, or see \`slipway endpoints update ${name} --help\`.`,
    });
  }
  const traffic = numberOption(options, "traffic", { min: 0, max: 100, whole: true });
  const body = {
    model: options["model"] ?? "",
    ...(options["deployment"] !== undefined && { name: options["deployment"] }),
    ...(traffic !== undefined && { traffic }),
  };
  if (Object.keys(settings).length > 0) await client.updateEndpoint({ endpoint: name, body: { settings } }, { signal });
  const deployed = await client.createDeployment({ endpoint: name, body }, { signal });
  if (authMode !== "key") return { ...deployed, primaryKey: null, secondaryKey: null };
  const { primaryKey, secondaryKey } = await client.getEndpointKeys({ endpoint: name }, { signal });
  return { ...deployed, primaryKey, secondaryKey };
}

/** "blue bank@3 90 %, green bank@4 10 %" */
export function describeTraffic({ deployments }: Pick<EndpointDetails, "deployments">): string {
  const shares = deployments.map(({ name, model, traffic, mirror }) =>
    [`${name} ${model.name}@${model.version} ${traffic} %`, ...(mirror > 0 ? [`mirrors ${mirror} %`] : [])].join(", "),
  );
  return shares.join("; ");
}
