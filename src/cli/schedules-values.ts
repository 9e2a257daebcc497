/** Triggers of schedules, from words to data and back. */
import { SlipwayError } from "../base/index.ts";
import type { ScheduleTrigger } from "../contract/index.ts";
import type { Option } from "./command.ts";
import { choiceOption, listOption, numberOption, type CommandLineOptions } from "./values.ts";

export const frequencies = ["Minute", "Hour", "Day", "Week", "Month"] as const;
const weekDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;

/** One of cron, every, on-data, on-path and on-event. */
export const triggerOptions: readonly Option[] = [
  {
    name: "cron",
    value: "EXPRESSION",
    group: "Trigger",
    description: 'Five fields: "0 3 * * 1-5" is 3:00 on weekdays.',
  },
  {
    name: "every",
    value: "FREQUENCY",
    group: "Trigger",
    description: "Minute, Hour, Day, Week or Month, as Azure ML's ScheduleRecurrence.",
  },
  { name: "interval", value: "NUMBER", group: "Trigger", description: "Every so many of them. By default 1." },
  { name: "hours", value: "LIST", group: "Trigger", description: "With --every Day or Week: 0 to 23, by commas." },
  { name: "minutes", value: "LIST", group: "Trigger", description: "With --every Day or Week: 0 to 59, by commas." },
  { name: "week-days", value: "LIST", group: "Trigger", description: "With --every Week: Monday,Thursday." },
  {
    name: "start",
    value: "TIME",
    group: "Trigger",
    description: "ISO 8601: no slot before it; the rhythm counts from it.",
  },
  { name: "time-zone", value: "ZONE", group: "Trigger", description: "Such as Europe/Berlin. By default UTC." },
  { name: "on-data", value: "DATASET", group: "Trigger", description: "When the dataset gets a version." },
  {
    name: "on-path",
    value: "DATASTORE:PATH",
    group: "Trigger",
    description: "When there is something new at a path of a datastore.",
  },
  {
    name: "polling",
    value: "MINUTES",
    group: "Trigger",
    description: "Between two looks at the datastore. By default 5.",
  },
  {
    name: "data-parameter",
    value: "NAME",
    group: "Trigger",
    description: "Parameter of the pipeline that gets what is new.",
  },
  {
    name: "on-event",
    value: "TYPE",
    group: "Trigger",
    description:
      "When such an event happens: model.version.created, or Azure's Microsoft.MachineLearningServices.ModelRegistered.",
  },
  { name: "subject", value: "TEXT", group: "Trigger", description: "Of the event: model/bank." },
];

const kinds = ["cron", "every", "on-data", "on-path", "on-event"] as const;

/** @returns undefined where no trigger is given. @throws SLW_CLI_OPTION where several are */
export function triggerOf(options: CommandLineOptions): ScheduleTrigger | undefined {
  const given = kinds.filter((kind) => kind in options);
  if (given.length > 1) {
    throw new SlipwayError("SLW_CLI_OPTION", `--${given.join(" and --")} exclude each other.`, {
      fix: "Give one of them; make a second schedule for the other.",
    });
  }
  switch (given[0]) {
    case "cron":
      return { kind: "cron", expression: options["cron"] ?? "", ...zoneOf(options) };
    case "every":
      return recurrence(options);
    case "on-data":
      return { kind: "data", dataset: options["on-data"] ?? "", ...parameterOf(options) };
    case "on-path":
      return pathTrigger(options);
    case "on-event": {
      const { subject } = options;
      return { kind: "event", type: options["on-event"] ?? "", ...(subject !== undefined && { subject }) };
    }
    case undefined:
      return undefined;
  }
}

function recurrence(options: CommandLineOptions): ScheduleTrigger {
  const frequency = choiceOption(options, "every", frequencies) ?? "Day";
  const interval = numberOption(options, "interval", { min: 1, max: 1000, whole: true });
  const { start } = options;
  const hours = numbers(options, "hours", 23);
  const minutes = numbers(options, "minutes", 59);
  const days = listOption(options, "week-days")?.map(
    (day) => choiceOption({ "week-days": day }, "week-days", weekDays) ?? "Monday",
  );
  return {
    kind: "recurrence",
    frequency,
    ...(interval !== undefined && { interval }),
    ...(start !== undefined && { startTime: start }),
    ...zoneOf(options),
    ...(hours && { hours }),
    ...(minutes && { minutes }),
    ...(days && { weekDays: days }),
  };
}

function pathTrigger(options: CommandLineOptions): ScheduleTrigger {
  const given = options["on-path"] ?? "";
  const at = given.indexOf(":");
  if (at < 1) {
    throw new SlipwayError("SLW_CLI_VALUE", `--on-path must be DATASTORE:PATH, got "${given}".`, {
      fix: "Give it like this: --on-path landing:incoming/",
    });
  }
  const pollingInterval = numberOption(options, "polling", { min: 0.1, max: 44_640 });
  return {
    kind: "data",
    datastore: given.slice(0, at),
    path: given.slice(at + 1),
    ...(pollingInterval !== undefined && { pollingInterval }),
    ...parameterOf(options),
  };
}

function zoneOf(options: CommandLineOptions): { timeZone?: string } {
  const timeZone = options["time-zone"];
  return timeZone === undefined ? {} : { timeZone };
}

function parameterOf(options: CommandLineOptions): { parameter?: string } {
  const parameter = options["data-parameter"];
  return parameter === undefined ? {} : { parameter };
}

function numbers(options: CommandLineOptions, name: string, max: number): number[] | undefined {
  return listOption(options, name)?.map(
    (text) => numberOption({ [name]: text }, name, { min: 0, max, whole: true }) ?? 0,
  );
}

/** "cron 0 3 * * * (Europe/Berlin)". */
export function triggerText(trigger: ScheduleTrigger): string {
  switch (trigger.kind) {
    case "cron":
      return `cron ${trigger.expression}${zoneText(trigger.timeZone)}`;
    case "recurrence": {
      const { frequency, interval = 1, hours, minutes, weekDays: days, timeZone } = trigger;
      const unit = frequency.toLowerCase();
      const every = interval === 1 ? `every ${unit}` : `every ${interval} ${unit}s`;
      const on = days && days.length > 0 ? ` on ${days.join(", ")}` : "";
      const at = hours && hours.length > 0 ? ` at ${timesText(hours, minutes)}` : "";
      return `${every}${on}${at}${zoneText(timeZone)}`;
    }
    case "data":
      return trigger.dataset === undefined
        ? `new data at ${trigger.datastore ?? ""}:${trigger.path ?? ""}`
        : `a version of ${trigger.dataset}`;
    case "event":
      return `event ${trigger.type}${trigger.subject === undefined ? "" : ` of ${trigger.subject}`}`;
  }
}

function timesText(hours: readonly number[], minutes: readonly number[] = [0]): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}`)).join(", ");
}

function zoneText(zone: string | undefined): string {
  return zone === undefined || zone === "UTC" ? "" : ` (${zone})`;
}
