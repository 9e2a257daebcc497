import { readFile } from "node:fs/promises";
import { SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { endpointOperand } from "./endpoints-values.ts";
import { connect, serverOptions } from "./server-client.ts";

export const endpointsTestCommand: Command = {
  name: "endpoints test",
  summary: "Sends rows to an endpoint and prints its answer.",
  operands: [endpointOperand],
  options: [
    {
      name: "data",
      value: "FILE.json",
      description:
        'A row, a list of rows, or a whole body such as {"data": […]}; - reads standard input. By default an example row.',
    },
    { name: "deployment", value: "NAME", description: "Asks this deployment, whatever the traffic." },
    ...serverOptions,
  ],
  details: ["Ends with exit code 1 where the endpoint refuses the rows."],
  example: "slipway endpoints test bank --data row.json",
  writesData: () => true,
  run: test,
};

async function test({ operands: [endpoint = ""], options, output, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const file = options["data"];
  const body =
    file === undefined ? (await client.getEndpointExamples({ endpoint }, { signal })).request : await readBody(file);
  const { deployment } = options;
  const answer = await client.testEndpoint(
    { endpoint, body: { body, ...(deployment !== undefined && { deployment }) } },
    { signal },
  );
  await write(`${JSON.stringify("json" in options ? answer : answer.body)}\n`);
  const { headers, status, milliseconds } = answer;
  const from = headers["x-slipway-model"] ?? "no model";
  const warning = headers["x-slipway-warning"];
  output.line(output.dim(`status ${status}, ${milliseconds.toFixed(1)} ms, answered by ${from}`));
  if (warning !== undefined) output.line(`${output.yellow("note")}: ${warning}`);
  if (status >= 400) {
    throw new SlipwayError("SLW_CLI_SERVER", `The endpoint answered with status ${status}.`, {
      fix: "Its answer above says what it expects.",
    });
  }
}

/** @throws SLW_CLI_VALUE where the file holds no JSON */
export async function readBody(file: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  } catch (cause) {
    throw new SlipwayError("SLW_CLI_VALUE", `--data: ${file} cannot be read.`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SlipwayError("SLW_CLI_VALUE", `--data: ${file} is not JSON: ${(cause as Error).message}.`, {
      fix: 'Give a row {"column": value, …}, or a list of rows.',
      cause,
    });
  }
  if (Array.isArray(value)) return { data: value };
  const wires = ["data", "Inputs", "input_data", "instances", "inputs", "dataframe_split", "dataframe_records"];
  const whole = typeof value === "object" && value !== null && wires.some((name) => Object.hasOwn(value, name));
  return whole ? value : { data: [value] };
}
