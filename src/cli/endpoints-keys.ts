import { SlipwayError } from "../base/index.ts";
import type { EndpointKeys } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { endpointOperand } from "./endpoints-values.ts";
import { shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { choiceOption, numberOption } from "./values.ts";

export const endpointsKeysCommand: Command = {
  name: "endpoints keys",
  summary: "Prints an endpoint's two keys, or replaces one of them while the other works.",
  operands: [endpointOperand],
  options: [
    {
      name: "regenerate",
      value: "KEY",
      description: "primary or secondary: makes a new one; the old one stops at once.",
    },
    { name: "expires", value: "DAYS", description: "With --regenerate: days until the new key stops working." },
    ...serverOptions,
  ],
  details: ["Each reading stands in the audit log: slipway audit --subject endpoint/"],
  example: "slipway endpoints keys bank --regenerate primary",
  writesData: (options) => "json" in options,
  run: printKeys,
};

async function printKeys({ operands: [endpoint = ""], options, output, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const key = choiceOption(options, "regenerate", ["primary", "secondary"]);
  const days = numberOption(options, "expires", { min: 1, max: 3650, whole: true });
  if (days !== undefined && key === undefined) {
    throw new SlipwayError("SLW_CLI_OPTION", "--expires is for a new key.", { fix: "Give --regenerate too." });
  }
  const body = days === undefined ? {} : { expiresAt: new Date(Date.now() + days * 86_400_000).toISOString() };
  const keys =
    key === undefined
      ? await client.getEndpointKeys({ endpoint }, { signal })
      : await client.regenerateEndpointKey({ endpoint, key, body }, { signal });
  if ("json" in options) return write(`${JSON.stringify(keys)}\n`);
  for (const { name } of keys.keys)
    output.line(`${name.padEnd(10)} ${output.bold(valueOf(keys, name))}  ${usage(keys, name)}`);
}

function valueOf(keys: EndpointKeys, name: "primary" | "secondary"): string {
  return name === "primary" ? keys.primaryKey : keys.secondaryKey;
}

function usage({ keys }: EndpointKeys, name: string): string {
  const found = keys.find((each) => each.name === name);
  if (found === undefined) return "";
  const expiry = found.expiresAt === null ? "" : `, expires ${shortTime(found.expiresAt)}`;
  return `made ${shortTime(found.createdAt)}, last used ${shortTime(found.lastUsedAt)}${expiry}`;
}

export const endpointsTokenCommand: Command = {
  name: "endpoints token",
  summary: "Prints a token for an endpoint with token auth, valid for 12 hours.",
  operands: [endpointOperand],
  options: serverOptions,
  details: [],
  example: "slipway endpoints token bank",
  writesData: () => true,
  run: async ({ operands: [endpoint = ""], options, write, signal }) => {
    const token = await connect(options).createEndpointToken({ endpoint }, { signal });
    await write("json" in options ? `${JSON.stringify(token)}\n` : `${token.accessToken}\n`);
  },
};
