import { SlipwayError } from "../base/index.ts";
import type { EndpointDetails } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { describeTraffic } from "./endpoints-deploy.ts";
import { settingChanges, settingOptions } from "./endpoints-settings.ts";
import { confirm, endpointOperand } from "./endpoints-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { choiceOption, numberOption } from "./values.ts";

export const endpointsChangeCommands: readonly Command[] = [
  {
    name: "endpoints update",
    summary: "Changes an endpoint's settings while it lives.",
    operands: [endpointOperand],
    options: [
      { name: "auth", value: "MODE", description: "key, token or none." },
      { name: "description", value: "TEXT", description: "What it is for." },
      ...settingOptions,
      ...serverOptions,
    ],
    details: [],
    example: "slipway endpoints update bank --app-insights on",
    writesData: (options) => "json" in options,
    run: update,
  },
  {
    name: "endpoints traffic",
    summary: "Shares the requests among the deployments of an endpoint.",
    operands: [
      endpointOperand,
      { name: "SHARES", description: "Percentages that add up to 100: blue=90,green=10. Deployments not named get 0." },
    ],
    options: [
      {
        name: "mirror",
        value: "SHARES",
        description: "Copies of requests, whose answers are dropped: green=20; or none.",
      },
      ...serverOptions,
    ],
    details: ["A request that carries the header azureml-model-deployment: NAME goes to that deployment."],
    example: "slipway endpoints traffic bank blue=90,green=10",
    writesData: (options) => "json" in options,
    run: setTraffic,
  },
  {
    name: "endpoints rollback",
    summary: "Gives the deployments the traffic that they had before its last change.",
    operands: [endpointOperand],
    options: serverOptions,
    details: [],
    example: "slipway endpoints rollback bank",
    writesData: (options) => "json" in options,
    run: ({ operands: [endpoint = ""], ...invocation }) =>
      change(invocation, connect(invocation.options).rollBackEndpoint({ endpoint }, { signal: invocation.signal })),
  },
  {
    name: "endpoints remove",
    summary: "Removes a deployment that has no traffic from an endpoint.",
    operands: [endpointOperand, { name: "DEPLOYMENT", description: "Its name: blue." }],
    options: serverOptions,
    details: [],
    example: "slipway endpoints remove bank blue",
    writesData: (options) => "json" in options,
    run: async ({ operands: [endpoint = "", deployment = ""], options, output, write, signal }) => {
      await connect(options).deleteDeployment({ endpoint, deployment }, { signal });
      if ("json" in options) await write(`${JSON.stringify({ endpoint, deployment })}\n`);
      else output.line(`${output.bold(deployment)} is removed from ${endpoint}.`);
    },
  },
  lifeCommand("stop"),
  lifeCommand("start"),
  {
    name: "endpoints delete",
    summary: "Stops and deletes an endpoint with its keys and logs.",
    operands: [endpointOperand],
    options: [
      { name: "yes", description: "Does not ask." },
      { name: "force", description: "Also where it had traffic in the last hour." },
      ...serverOptions,
    ],
    details: ["Asks once, and once more when it had traffic in the last hour."],
    example: "slipway endpoints delete bank",
    writesData: (options) => "json" in options,
    run: remove,
  },
];

function lifeCommand(verb: "start" | "stop"): Command {
  return {
    name: `endpoints ${verb}`,
    summary:
      verb === "stop"
        ? "Stops an endpoint; requests that run are answered. Its address and keys stay."
        : "Starts a stopped endpoint, and waits until it is healthy.",
    operands: [endpointOperand],
    options: serverOptions,
    details: [],
    example: `slipway endpoints ${verb} bank`,
    writesData: (options) => "json" in options,
    run: ({ operands: [endpoint = ""], ...invocation }) => {
      const client = connect(invocation.options);
      const call = verb === "stop" ? client.stopEndpoint : client.startEndpoint;
      return change(invocation, call({ endpoint }, { signal: invocation.signal }));
    },
  };
}

async function change(
  { options, output, write }: Pick<Invocation, "options" | "output" | "write">,
  changed: Promise<EndpointDetails>,
): Promise<void> {
  const endpoint = await changed;
  if ("json" in options) return write(`${JSON.stringify(endpoint)}\n`);
  output.line(`${output.bold(endpoint.name)} is ${endpoint.state}: ${describeTraffic(endpoint)}`);
}

async function update({ operands: [endpoint = ""], ...invocation }: Invocation): Promise<void> {
  const { options, signal } = invocation;
  const settings = settingChanges(options);
  const authMode = choiceOption(options, "auth", ["key", "token", "none"]);
  const { description } = options;
  const body = {
    ...(Object.keys(settings).length > 0 && { settings }),
    ...(authMode !== undefined && { authMode }),
    ...(description !== undefined && { description }),
  };
  if (Object.keys(body).length === 0) {
    throw new SlipwayError("SLW_CLI_OPTION", "Nothing to change was given.", {
      fix: "See `slipway endpoints update --help`.",
    });
  }
  await change(invocation, connect(options).updateEndpoint({ endpoint, body }, { signal }));
}

async function setTraffic({ operands: [endpoint = "", shares = ""], ...invocation }: Invocation): Promise<void> {
  const { options, signal } = invocation;
  const mirror = options["mirror"];
  const body = {
    traffic: sharesOf(shares),
    ...(mirror !== undefined && { mirror: mirror === "none" ? {} : sharesOf(mirror) }),
  };
  await change(invocation, connect(options).setEndpointTraffic({ endpoint, body }, { signal }));
}

/** "blue=90,green=10" @throws SLW_CLI_VALUE */
function sharesOf(text: string): Record<string, number> {
  const pairs = text.split(",").map((part) => {
    const [name = "", share = ""] = part.split("=");
    const percent = numberOption({ [name]: share }, name, { min: 0, max: 100, whole: true });
    if (name === "" || percent === undefined || part.split("=").length !== 2) {
      throw new SlipwayError("SLW_CLI_VALUE", `"${part}" is no share of a deployment.`, {
        fix: "Give names and percentages: blue=90,green=10",
      });
    }
    return [name.trim(), percent] as const;
  });
  return Object.fromEntries(pairs);
}

async function remove({ operands: [endpoint = ""], options, output, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const asked = !("yes" in options) && !("force" in options);
  if (asked && !(await confirm(`Delete the endpoint ${endpoint}? Type its name:`, endpoint, signal))) {
    return output.line("Nothing was deleted.");
  }
  const deleteIt = (force: boolean): Promise<undefined> =>
    client.deleteEndpoint({ endpoint, query: { force } }, { signal });
  try {
    await deleteIt("force" in options);
  } catch (error) {
    if (!(error instanceof SlipwayError) || error.code !== "SLW_ENDPOINT_IN_USE" || !asked) throw error;
    output.line(output.yellow(error.message));
    if (!(await confirm("Delete it all the same? Type its name again:", endpoint, signal))) {
      return output.line("Nothing was deleted.");
    }
    await deleteIt(true);
  }
  if ("json" in options) await write(`${JSON.stringify({ name: endpoint })}\n`);
  else output.line(`${output.bold(endpoint)} is deleted.`);
}
