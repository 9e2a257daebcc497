/** Words that the commands on endpoints have in common. */
import { createInterface } from "node:readline/promises";
import { SlipwayError } from "../base/index.ts";
import type { Client, EndpointDetails } from "../contract/index.ts";
import type { Operand } from "./command.ts";

export const endpointOperand: Operand = {
  name: "NAME",
  description: "The endpoint: small letters, digits and dashes, at most 32.",
};

/** Null where there is none. */
export async function findEndpoint(
  client: Client,
  endpoint: string,
  signal: AbortSignal,
): Promise<EndpointDetails | null> {
  return client.getEndpoint({ endpoint }, { signal }).catch((error: unknown) => {
    if (error instanceof SlipwayError && error.code === "SLW_ENDPOINT_UNKNOWN") return null;
    throw error;
  });
}

/** Whoever sits at a terminal is asked; a script says --yes. @throws SLW_CLI_OPTION where nobody can be asked */
export async function confirm(question: string, expected: string, signal: AbortSignal): Promise<boolean> {
  if (!process.stdin.isTTY) {
    throw new SlipwayError("SLW_CLI_OPTION", "Nobody can be asked: there is no terminal.", {
      fix: "Give --yes if it is what you want.",
    });
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return (await terminal.question(`${question} `, { signal })).trim() === expected;
  } finally {
    terminal.close();
  }
}
