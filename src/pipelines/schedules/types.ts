/** What starts pipelines by itself, as data. */
import type { Transaction } from "kysely";
import type { Actor, Tables } from "../../store/index.ts";

export const frequencies = ["Minute", "Hour", "Day", "Week", "Month"] as const;
export type Frequency = (typeof frequencies)[number];
export const weekDays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const;
export type WeekDay = (typeof weekDays)[number];

export interface CronTrigger {
  readonly kind: "cron";
  /** Five fields: minute, hour, day, month, weekday; names, ranges, steps and lists (crontab(5)). */
  readonly expression: string;
  /** IANA name. Default UTC. */
  readonly timeZone?: string;
}

/** Azure ML's ScheduleRecurrence. */
export interface RecurrenceTrigger {
  readonly kind: "recurrence";
  readonly frequency: Frequency;
  /** Default 1. */
  readonly interval?: number;
  /** ISO 8601; without an offset, in the time zone. No slot is before it, and the rhythm counts from it. */
  readonly startTime?: string;
  readonly endTime?: string;
  readonly timeZone?: string;
  /** Of Day, Week and Month. Default: the time of the start. */
  readonly hours?: readonly number[];
  readonly minutes?: readonly number[];
  /** Of Week. Default: the day of the start. */
  readonly weekDays?: readonly WeekDay[];
}

/** A dataset that gets a version, or a path in a datastore at which there is something new. */
export interface DataTrigger {
  readonly kind: "data";
  readonly dataset?: string;
  readonly datastore?: string;
  /** A file, or a folder with all below it. */
  readonly path?: string;
  /** Minutes between two looks at a datastore. Default 5, as Azure ML. */
  readonly pollingInterval?: number;
  /** Parameter of the pipeline that gets what is new: "bank@7", or "landing:incoming/a.csv". */
  readonly parameter?: string;
}

export interface EventTrigger {
  readonly kind: "event";
  /** As a CloudEvent has it, our own ("model.version.created"), or the beginning of either with ".*". */
  readonly type: string;
  /** "model/bank": that one, and what stands below it. */
  readonly subject?: string;
  /** Fields of the event's data that must be equal. */
  readonly data?: Readonly<Record<string, unknown>>;
}

export type Trigger = CronTrigger | RecurrenceTrigger | DataTrigger | EventTrigger;
export type TimeTrigger = CronTrigger | RecurrenceTrigger;

export function isTimeTrigger(trigger: Trigger): trigger is TimeTrigger {
  return trigger.kind === "cron" || trigger.kind === "recurrence";
}

/** What is done about slots that passed while no server was there: nothing, the newest is made good, or all are. */
export const missedPolicies = ["skip", "latest", "all"] as const;
export type MissedPolicy = (typeof missedPolicies)[number];

export interface ScheduleRef {
  readonly workspaceId: string;
  /** Its name. */
  readonly schedule: string;
}

export interface Schedule {
  readonly id: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly description: string;
  readonly pipeline: string;
  readonly pipelineId: string;
  /** Null: the default version when it fires. */
  readonly version: number | null;
  readonly trigger: Trigger;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly experiment: string | null;
  readonly missed: MissedPolicy;
  readonly paused: boolean;
  /** The next slot; of a data trigger the next look. */
  readonly nextAt: Date | null;
  /** Up to five; none of a trigger that is not a time. */
  readonly nextTimes: readonly Date[];
  readonly problem: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

export interface ScheduleSlot {
  readonly scheduleId: string;
  readonly slot: string;
  readonly dueAt: Date;
  readonly outcome: "FIRED" | "SKIPPED" | "FAILED";
  readonly runId: string | null;
  readonly reason: string | null;
  readonly createdAt: Date;
}

/** Starts a run of a pipeline in the transaction of the slot; a run with this id that is there already is left alone. */
export type SubmitRun = (
  transaction: Transaction<Tables>,
  run: {
    readonly workspaceId: string;
    readonly id: string;
    /** "retrain", "retrain@3". */
    readonly pipeline: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    readonly experiment: string | null;
    readonly scheduleId: string;
    readonly actor: Actor;
  },
) => Promise<void>;
