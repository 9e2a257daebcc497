import type { Command, Invocation } from "./command.ts";
import { printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { bytes } from "./data-values.ts";
import { duration, table } from "./text.ts";

const writesData = (options: Invocation["options"]): boolean => "json" in options;

export const computeCommands: readonly Command[] = [
  {
    name: "compute list",
    summary: "Lists compute targets and their workers.",
    operands: [],
    options: serverOptions,
    details: [
      'The target "local" has processes of the server, as many as there is work for, up to `slipway up --workers`; "remote" has machines that joined with `slipway worker`. For administrators.',
    ],
    example: "slipway compute list",
    writesData,
    run: list,
  },
  {
    name: "compute queue",
    summary: "Lists the runs that wait for a worker, and why.",
    operands: [],
    options: [{ name: "target", value: "NAME", description: "Only this compute target." }, ...serverOptions],
    details: [],
    example: "slipway compute queue",
    writesData,
    run: queue,
  },
];

async function list({ options, output, write }: Invocation): Promise<void> {
  const status = await connect(options).getComputeStatus();
  if ("json" in options) return write(`${JSON.stringify(status)}\n`);
  const targets = status.targets.map(({ name, kind, queued, cores, freeCores, memory, maxWorkers }) => [
    name,
    kind,
    String(queued),
    String(maxWorkers),
    `${Math.max(0, freeCores)} of ${cores}`,
    bytes(memory),
  ]);
  const right = { align: "right" } as const;
  const targetColumns = [
    { title: "TARGET" },
    { title: "KIND" },
    { title: "QUEUED", ...right },
    { title: "AT A TIME", ...right },
    { title: "CORES FREE", ...right },
    { title: "MEMORY", ...right },
  ];
  const [header = "", ...lines] = table(targetColumns, targets, output.width);
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
  if (status.workers.length === 0) return output.line("No worker is running: they start when there is work.");
  const workers = status.workers.map((worker) => [
    worker.name ?? worker.id.slice(-8),
    worker.target,
    worker.state,
    worker.host,
    worker.labels.join(", "),
    duration(worker.cpuSeconds),
    bytes(worker.peakMemory),
    worker.run ?? "",
  ]);
  const workerColumns = [
    { title: "WORKER" },
    { title: "TARGET" },
    { title: "STATE" },
    { title: "HOST", optional: true as const },
    { title: "LABELS" },
    { title: "CPU", ...right },
    { title: "PEAK", ...right },
    { title: "RUN" },
  ];
  const [title = "", ...rows] = table(workerColumns, workers, output.width);
  output.line();
  output.line(output.bold(title));
  for (const row of rows) output.line(row);
}

async function queue(invocation: Invocation): Promise<void> {
  const { options } = invocation;
  const { target } = options;
  const page = await connect(options).listQueue({ query: target === undefined ? {} : { target } });
  await printListing(
    invocation,
    page,
    [
      { title: "PLACE", align: "right" },
      { title: "RUN" },
      { title: "KIND" },
      { title: "TARGET" },
      { title: "SINCE" },
      { title: "WHY", flexible: true },
    ],
    ({ position, run, kind, target: name, queuedAt, reason }) => [
      String(position),
      run,
      kind,
      name,
      shortTime(queuedAt),
      reason,
    ],
    "Nothing waits.",
  );
}
