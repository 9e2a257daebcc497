import type { Command } from "./command.ts";
import { bytes, describeVersion } from "./data-values.ts";
import { endpointOperand } from "./endpoints-values.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count } from "./text.ts";

const times = [
  { name: "from", value: "TIME", description: "From then on: 2026-11-21 or 2026-11-21T08:00:00Z." },
  { name: "to", value: "TIME", description: "Before then." },
];

export const endpointsCollectedCommand: Command = {
  name: "endpoints collected",
  summary: "Lists the files of rows and labels that an endpoint collected.",
  operands: [endpointOperand],
  options: [...times, ...serverOptions],
  details: ["Collection is switched on by: slipway endpoints update NAME --collect-data 0.1"],
  example: "slipway endpoints collected bank",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { operands, options } = invocation;
    const query = { limit: listingLimit, ...timesOf(options) };
    const page = await connect(options).listCollectedFiles({ endpoint: operands[0] ?? "", query });
    await printListing(
      invocation,
      page,
      [
        { title: "HOUR" },
        { title: "WHAT" },
        { title: "MODEL" },
        { title: "ROWS", align: "right" },
        { title: "SIZE", align: "right", optional: true },
        { title: "PATH", flexible: true },
      ],
      (file) => [
        shortTime(file.hour),
        file.designation,
        `${file.model}@${file.modelVersion}`,
        count(file.rows),
        bytes(file.size),
        file.path,
      ],
      "Nothing was collected yet.",
    );
  },
};

export const endpointsDatasetCommand: Command = {
  name: "endpoints dataset",
  summary: "Makes a dataset version of what an endpoint collected: inputs, predictions and labels.",
  operands: [endpointOperand, { name: "DATASET", description: "Its name; made where it is not there." }],
  options: [
    {
      name: "labelled",
      description: "Only rows with a true label, which stands in the target's column: for retraining.",
    },
    ...times,
    ...serverOptions,
  ],
  details: ["Labels come by POST /labels of the endpoint, by request id."],
  example: "slipway endpoints dataset bank bank-live --labelled",
  writesData: (options) => "json" in options,
  run: async ({ operands: [endpoint = "", dataset = ""], options, output, write, signal }) => {
    const client = connect(options);
    const body = { dataset, labelled: "labelled" in options, ...timesOf(options) };
    const { version } = await client.createCollectedDataset({ endpoint, body }, { signal });
    const details = await client.getDatasetVersion({ dataset, version: String(version) }, { signal });
    if ("json" in options) await write(`${JSON.stringify(details)}\n`);
    else output.line(output.bold(describeVersion(details)));
  },
};

function timesOf({ from, to }: Readonly<Record<string, string>>): { from?: string; to?: string } {
  return { ...(from !== undefined && { from: timeOf(from) }), ...(to !== undefined && { to: timeOf(to) }) };
}

/** A day begins at midnight UTC; what is no time is the server's to refuse, by name. */
function timeOf(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text;
}
