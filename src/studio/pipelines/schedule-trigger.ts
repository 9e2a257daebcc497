/** Triggers of schedules: from what is typed to data, and to words. */
import type { ScheduleTrigger } from "../../contract/index.ts";

export type TriggerKind = "cron" | "recurrence" | "dataset" | "path" | "event";
type Recurrence = Extract<ScheduleTrigger, { kind: "recurrence" }>;
export type Frequency = Recurrence["frequency"];
export type WeekDay = NonNullable<Recurrence["weekDays"]>[number];

export const frequencies: readonly Frequency[] = ["Minute", "Hour", "Day", "Week", "Month"];
export const weekDays: readonly WeekDay[] = [
  "Monday",
  "Tuesday",
  "Wednesday",
  "Thursday",
  "Friday",
  "Saturday",
  "Sunday",
];

/** Texts as they are typed; fields of other kinds stay, so that one may go back. */
export interface TriggerDraft {
  readonly kind: TriggerKind;
  readonly expression: string;
  readonly timeZone: string;
  readonly frequency: Frequency;
  readonly interval: string;
  /** "3, 15" */
  readonly hours: string;
  readonly minutes: string;
  readonly weekDays: readonly WeekDay[];
  readonly startTime: string;
  readonly dataset: string;
  readonly datastore: string;
  readonly path: string;
  /** Minutes. */
  readonly polling: string;
  /** Parameter that gets what is new; "" for none. */
  readonly parameter: string;
  readonly type: string;
  readonly subject: string;
}

export function emptyTrigger(timeZone: string): TriggerDraft {
  return {
    kind: "recurrence",
    expression: "0 3 * * *",
    timeZone,
    frequency: "Day",
    interval: "1",
    hours: "3",
    minutes: "0",
    weekDays: [],
    startTime: "",
    dataset: "",
    datastore: "",
    path: "",
    polling: "5",
    parameter: "",
    type: "model.version.created",
    subject: "",
  };
}

export function draftOfTrigger(trigger: ScheduleTrigger, timeZone: string): TriggerDraft {
  const draft = emptyTrigger(timeZone);
  switch (trigger.kind) {
    case "cron":
      return { ...draft, kind: "cron", expression: trigger.expression, timeZone: trigger.timeZone ?? "UTC" };
    case "recurrence":
      return {
        ...draft,
        frequency: trigger.frequency,
        interval: String(trigger.interval ?? 1),
        hours: (trigger.hours ?? []).join(", "),
        minutes: (trigger.minutes ?? []).join(", "),
        weekDays: trigger.weekDays ?? [],
        startTime: trigger.startTime ?? "",
        timeZone: trigger.timeZone ?? "UTC",
      };
    case "data":
      return {
        ...draft,
        kind: trigger.dataset === undefined ? "path" : "dataset",
        dataset: trigger.dataset ?? "",
        datastore: trigger.datastore ?? "",
        path: trigger.path ?? "",
        polling: String(trigger.pollingInterval ?? 5),
        parameter: trigger.parameter ?? "",
      };
    case "event":
      return { ...draft, kind: "event", type: trigger.type, subject: trigger.subject ?? "" };
  }
}

export type TriggerProblems = Partial<Record<keyof TriggerDraft, string>>;
export type ParsedTrigger = { readonly trigger: ScheduleTrigger } | { readonly problems: TriggerProblems };

/** Whether a time zone or an expression exists is for the server to say. */
export function parseTrigger(draft: TriggerDraft): ParsedTrigger {
  const timeZone = draft.timeZone.trim();
  const zone = timeZone === "" ? {} : { timeZone };
  const parameter = draft.parameter === "" ? {} : { parameter: draft.parameter };
  switch (draft.kind) {
    case "cron": {
      const expression = draft.expression.trim();
      if (expression.split(/\s+/).length !== 5)
        return { problems: { expression: "Five fields: minute, hour, day, month, weekday." } };
      return { trigger: { kind: "cron", expression, ...zone } };
    }
    case "recurrence":
      return parseRecurrence(draft, zone);
    case "dataset":
      if (draft.dataset.trim() === "") return { problems: { dataset: "The name of a dataset is needed." } };
      return { trigger: { kind: "data", dataset: draft.dataset.trim(), ...parameter } };
    case "path": {
      const pollingInterval = Number(draft.polling);
      const problems: TriggerProblems = {
        ...(draft.datastore.trim() === "" && { datastore: "The name of a datastore is needed." }),
        ...(draft.path.trim() === "" && { path: "A file, or a folder with a slash at its end." }),
        ...(!(pollingInterval >= 0.1) && { polling: "Minutes, from 0.1 on." }),
      };
      if (Object.keys(problems).length > 0) return { problems };
      return {
        trigger: {
          kind: "data",
          datastore: draft.datastore.trim(),
          path: draft.path.trim(),
          pollingInterval,
          ...parameter,
        },
      };
    }
    case "event": {
      if (draft.type.trim() === "") return { problems: { type: "A type of event is needed." } };
      const subject = draft.subject.trim();
      return { trigger: { kind: "event", type: draft.type.trim(), ...(subject !== "" && { subject }) } };
    }
  }
}

/** Hours, minutes and week days belong to some frequencies only; those of others are left out. */
export const hasTimes = (frequency: Frequency): boolean =>
  frequency === "Day" || frequency === "Week" || frequency === "Month";

function parseRecurrence(draft: TriggerDraft, zone: { timeZone?: string }): ParsedTrigger {
  const { frequency } = draft;
  const interval = Number(draft.interval);
  const hours = hasTimes(frequency) ? numbersOf(draft.hours, 23) : [];
  const minutes = hasTimes(frequency) ? numbersOf(draft.minutes, 59) : [];
  const problems: TriggerProblems = {
    ...(!(Number.isInteger(interval) && interval >= 1 && interval <= 1000) && {
      interval: "A whole number from 1 to 1,000.",
    }),
    ...(hours === null && { hours: "Hours from 0 to 23, with commas between." }),
    ...(minutes === null && { minutes: "Minutes from 0 to 59, with commas between." }),
  };
  if (Object.keys(problems).length > 0) return { problems };
  return {
    trigger: {
      kind: "recurrence",
      frequency,
      ...(interval !== 1 && { interval }),
      ...(draft.startTime.trim() !== "" && { startTime: draft.startTime.trim() }),
      ...zone,
      ...(hours && hours.length > 0 && { hours }),
      // Without hours the time of the start counts.
      ...(hours && hours.length > 0 && minutes && minutes.length > 0 && { minutes }),
      ...(frequency === "Week" && draft.weekDays.length > 0 && { weekDays: [...draft.weekDays] }),
    },
  };
}

function numbersOf(text: string, most: number): number[] | null {
  const words = text.split(/[\s,]+/).filter((word) => word !== "");
  const numbers = words.map(Number);
  return numbers.every((number) => Number.isInteger(number) && number >= 0 && number <= most)
    ? [...new Set(numbers)]
    : null;
}

/** "Every week on Monday at 03:00 (Europe/Berlin)". */
export function triggerText(trigger: ScheduleTrigger): string {
  switch (trigger.kind) {
    case "cron":
      return `Cron ${trigger.expression}${zoneText(trigger.timeZone)}`;
    case "recurrence": {
      const { frequency, interval = 1, hours = [], minutes = [0], weekDays: days = [], startTime, timeZone } = trigger;
      const unit = frequency.toLowerCase();
      const every = interval === 1 ? `Every ${unit}` : `Every ${interval} ${unit}s`;
      const on = days.length > 0 ? ` on ${days.join(", ")}` : "";
      const at = hours.length > 0 ? ` at ${timesText(hours, minutes)}` : "";
      const from = startTime === undefined ? "" : `, from ${startTime}`;
      return `${every}${on}${at}${from}${zoneText(timeZone)}`;
    }
    case "data":
      return trigger.dataset === undefined
        ? `Something new at ${trigger.datastore ?? ""}:${trigger.path ?? ""}`
        : `A new version of ${trigger.dataset}`;
    case "event":
      return `Event ${trigger.type}${trigger.subject === undefined ? "" : ` of ${trigger.subject}`}`;
  }
}

function timesText(hours: readonly number[], minutes: readonly number[]): string {
  const two = (value: number): string => String(value).padStart(2, "0");
  return hours.flatMap((hour) => minutes.map((minute) => `${two(hour)}:${two(minute)}`)).join(", ");
}

function zoneText(zone: string | undefined): string {
  return zone === undefined ? " (UTC)" : ` (${zone})`;
}

/** Options of `slipway schedules create` that say the same. */
export function triggerWords(trigger: ScheduleTrigger): string[] {
  const zone = "timeZone" in trigger && trigger.timeZone !== undefined ? ["--time-zone", trigger.timeZone] : [];
  const list = (name: string, items: readonly (string | number)[] | undefined): string[] =>
    items && items.length > 0 ? [name, items.join(",")] : [];
  switch (trigger.kind) {
    case "cron":
      return ["--cron", trigger.expression, ...zone];
    case "recurrence":
      return [
        "--every",
        trigger.frequency,
        ...(trigger.interval === undefined ? [] : ["--interval", String(trigger.interval)]),
        ...list("--hours", trigger.hours),
        ...list("--minutes", trigger.minutes),
        ...list("--week-days", trigger.weekDays),
        ...(trigger.startTime === undefined ? [] : ["--start", trigger.startTime]),
        ...zone,
      ];
    case "data": {
      const parameter = trigger.parameter === undefined ? [] : ["--data-parameter", trigger.parameter];
      if (trigger.dataset !== undefined) return ["--on-data", trigger.dataset, ...parameter];
      const polling = trigger.pollingInterval === undefined ? [] : ["--polling", String(trigger.pollingInterval)];
      return ["--on-path", `${trigger.datastore ?? ""}:${trigger.path ?? ""}`, ...polling, ...parameter];
    }
    case "event":
      return ["--on-event", trigger.type, ...(trigger.subject === undefined ? [] : ["--subject", trigger.subject])];
  }
}
