import { randomUUID } from "node:crypto";
import { SlipwayError } from "../base/index.ts";
import type { Schedule, ScheduleSlot } from "../contract/index.ts";
import type { Command, Invocation, Option } from "./command.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import type { Output } from "./output.ts";
import { parameterOption, parametersOf, parametersOption } from "./pipelines-values.ts";
import { triggerOf, triggerOptions, triggerText } from "./schedules-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable } from "./text.ts";
import { choiceOption } from "./values.ts";

const writesData = (options: Invocation["options"]): boolean => "json" in options;
const nameOperand = { name: "NAME", description: "The schedule." } as const;
const policies = ["skip", "latest", "all"] as const;
const settingOptions: readonly Option[] = [
  ...triggerOptions,
  parameterOption,
  parametersOption,
  { name: "experiment", value: "NAME", description: "Of its runs. By default the pipeline's." },
  {
    name: "missed",
    value: "POLICY",
    description: "What is done about slots that passed while no server was there: skip, latest (by default) or all.",
  },
  { name: "description", value: "TEXT", description: "What it is for." },
];

export const scheduleCommands: readonly Command[] = [
  {
    name: "schedules list",
    summary: "Lists what starts pipelines by itself.",
    operands: [],
    options: serverOptions,
    details: [],
    example: "slipway schedules list",
    writesData,
    run: list,
  },
  {
    name: "schedules create",
    summary: "Has a pipeline started at times, by new data, or by events.",
    operands: [nameOperand],
    options: [
      { name: "pipeline", value: "NAME[@VERSION]", required: true, description: "By default its default version." },
      ...settingOptions,
      { name: "paused", description: "It begins when it is resumed." },
      ...serverOptions,
    ],
    details: ["One trigger: --cron, --every, --on-data, --on-path or --on-event."],
    example: 'slipway schedules create nightly --pipeline retrain --cron "0 3 * * *" --time-zone Europe/Berlin',
    writesData,
    run: create,
  },
  {
    name: "schedules show",
    summary: "Shows a schedule, its next five times, and when it fired.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway schedules show nightly",
    writesData,
    run: show,
  },
  {
    name: "schedules update",
    summary: "Changes a schedule.",
    operands: [nameOperand],
    options: [
      { name: "pipeline", value: "NAME[@VERSION]", description: "Another pipeline or version." },
      ...settingOptions,
      ...serverOptions,
    ],
    details: [],
    example: "slipway schedules update nightly --every Day --hours 4",
    writesData,
    run: update,
  },
  {
    name: "schedules pause",
    summary: "Pauses a schedule: its slots pass unused.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway schedules pause nightly",
    writesData,
    run: (invocation) => setPaused(invocation, true),
  },
  {
    name: "schedules resume",
    summary: "Resumes a schedule, from its next slot on.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway schedules resume nightly",
    writesData,
    run: (invocation) => setPaused(invocation, false),
  },
  {
    name: "schedules run",
    summary: "Starts the pipeline of a schedule now, with its parameters.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway schedules run nightly",
    writesData,
    run: runNow,
  },
  {
    name: "schedules backfill",
    summary: "Starts the pipeline for every slot of a span of time that the schedule has not fired in.",
    operands: [nameOperand],
    options: [
      { name: "from", value: "TIME", required: true, description: "ISO 8601." },
      { name: "to", value: "TIME", description: "ISO 8601. By default now." },
      ...serverOptions,
    ],
    details: ["At most 1,000 slots."],
    example: "slipway schedules backfill nightly --from 2026-11-01T00:00:00Z",
    writesData,
    run: backfill,
  },
  {
    name: "schedules delete",
    summary: "Deletes a schedule; its runs stay.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway schedules delete nightly",
    writesData,
    run: async ({ operands: [schedule = ""], options, output, write }) => {
      await connect(options).deleteSchedule({ schedule });
      if ("json" in options) await write(`${JSON.stringify({ deleted: schedule })}\n`);
      else output.line(`The schedule ${printable(schedule)} is deleted.`);
    },
  },
];

async function list(invocation: Invocation): Promise<void> {
  const page = await connect(invocation.options).listSchedules({ query: { limit: listingLimit } });
  await printListing(
    invocation,
    page,
    [
      { title: "NAME" },
      { title: "PIPELINE" },
      { title: "STATE" },
      { title: "NEXT" },
      { title: "TRIGGER", flexible: true },
      { title: "PROBLEM", flexible: true },
    ],
    (schedule) => [
      schedule.name,
      pipelineText(schedule),
      schedule.paused ? "paused" : "active",
      shortTime(schedule.nextAt),
      triggerText(schedule.trigger),
      schedule.problem ?? "",
    ],
    "There are no schedules.",
  );
}

function pipelineText({ pipeline, version }: Schedule): string {
  return version === null ? pipeline : `${pipeline}@${version}`;
}

async function create({ operands: [name = ""], options, output, write }: Invocation): Promise<void> {
  const trigger = triggerOf(options);
  if (trigger === undefined) {
    throw new SlipwayError("SLW_CLI_OPTION", "A schedule needs a trigger.", {
      fix: 'Give one of --cron, --every, --on-data, --on-path and --on-event: --cron "0 3 * * *"',
    });
  }
  const body = {
    name,
    pipeline: options["pipeline"] ?? "",
    trigger,
    ...changesOf(options),
    ...("paused" in options && { paused: true }),
  };
  const created = await connect(options).createSchedule({ body }, { idempotencyKey: randomUUID() });
  if ("json" in options) return write(`${JSON.stringify(created)}\n`);
  print(output, created);
}

function changesOf(options: Invocation["options"]) {
  const { experiment, description } = options;
  const parameters = parametersOf(options);
  const missed = choiceOption(options, "missed", policies);
  return {
    ...(parameters && { parameters }),
    ...(experiment !== undefined && { experiment }),
    ...(missed && { missed }),
    ...(description !== undefined && { description }),
  };
}

async function update({ operands: [schedule = ""], options, output, write }: Invocation): Promise<void> {
  const trigger = triggerOf(options);
  const { pipeline } = options;
  const body = { ...(pipeline !== undefined && { pipeline }), ...(trigger && { trigger }), ...changesOf(options) };
  const changed = await connect(options).updateSchedule({ schedule, body });
  if ("json" in options) return write(`${JSON.stringify(changed)}\n`);
  print(output, changed);
}

async function setPaused(
  { operands: [schedule = ""], options, output, write }: Invocation,
  paused: boolean,
): Promise<void> {
  const changed = await connect(options).updateSchedule({ schedule, body: { paused } });
  if ("json" in options) return write(`${JSON.stringify(changed)}\n`);
  const next = paused ? "" : `; its next time is ${shortTime(changed.nextAt)}`;
  output.line(`${output.bold(printable(schedule))} is ${paused ? "paused" : "active"}${next}.`);
}

async function show({ operands: [schedule = ""], options, output, write }: Invocation): Promise<void> {
  const client = connect(options);
  const found = await client.getSchedule({ schedule });
  const { items: slots } = await client.listScheduleSlots({ schedule, query: { limit: 10 } });
  if ("json" in options) return write(`${JSON.stringify({ ...found, slots })}\n`);
  print(output, found);
  if (slots.length > 0) output.line("  Last:");
  for (const slot of slots) output.line(`    ${slotText(slot)}`);
}

function print(output: Output, schedule: Schedule): void {
  output.line(
    `${output.bold(printable(schedule.name))}: ${printable(pipelineText(schedule))}, ${printable(triggerText(schedule.trigger))}`,
  );
  if (schedule.description !== "") output.line(`  ${printable(schedule.description)}`);
  if (schedule.paused) output.line(output.yellow("  paused"));
  if (schedule.problem !== null) output.line(output.yellow(`  ${printable(schedule.problem)}`));
  const parameters = Object.entries(schedule.parameters);
  if (parameters.length > 0) {
    output.line(
      `  with ${parameters.map(([name, value]) => printable(`${name}=${JSON.stringify(value)}`)).join(", ")}`,
    );
  }
  if (schedule.nextTimes.length > 0) output.line(`  Next: ${schedule.nextTimes.map(shortTime).join(", ")}`);
}

function slotText({ dueAt, outcome, run, reason }: ScheduleSlot): string {
  return printable(`${shortTime(dueAt)}  ${outcome}  ${run ?? ""}${reason === null ? "" : `  ${reason}`}`);
}

async function runNow({ operands: [schedule = ""], options, output, write }: Invocation): Promise<void> {
  const slot = await connect(options).runSchedule({ schedule }, { idempotencyKey: randomUUID() });
  if ("json" in options) return write(`${JSON.stringify(slot)}\n`);
  output.line(slotText(slot));
  if (slot.run !== null) {
    output.line(output.dim("Next:"));
    output.line(`  slipway runs watch ${slot.run}`);
  }
}

async function backfill({ operands: [schedule = ""], options, output, write }: Invocation): Promise<void> {
  const body = { from: timeOf(options, "from"), to: timeOf(options, "to") };
  const { slots } = await connect(options).backfillSchedule({ schedule, body });
  if ("json" in options) return write(`${JSON.stringify({ slots })}\n`);
  for (const slot of slots) output.line(slotText(slot));
  output.line(`${slots.length} ${slots.length === 1 ? "slot" : "slots"}.`);
}

/** @throws SLW_CLI_VALUE */
function timeOf(options: Invocation["options"], name: string): string {
  const time = new Date(options[name] ?? Date.now());
  if (!Number.isNaN(time.getTime())) return time.toISOString();
  throw new SlipwayError("SLW_CLI_VALUE", `--${name} must be a time in ISO 8601, got "${options[name]}".`, {
    fix: `Give it like this: --${name} 2026-11-01T00:00:00Z`,
  });
}
