/** What starts pipelines by itself: times, new data, events. */
import { Type, type Static, type TSchema } from "typebox";
import { listQuery, Name, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { Parameters, PipelineReference } from "./pipeline-schemas.ts";

const closed = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const TimeZone = Type.String({
  minLength: 1,
  maxLength: 100,
  description: "IANA name, or Windows' as Azure ML used. By default UTC.",
});

export const ScheduleTrigger = Type.Union(
  [
    Type.Object(
      {
        kind: Type.Literal("cron"),
        expression: Type.String({
          minLength: 1,
          maxLength: 200,
          description: "Five fields: minute, hour, day, month, weekday.",
        }),
        timeZone: Type.Optional(TimeZone),
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal("recurrence"),
        frequency: Type.Enum(["Minute", "Hour", "Day", "Week", "Month"]),
        interval: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "By default 1." })),
        startTime: Type.Optional(
          Type.String({ maxLength: 40, description: "ISO 8601; without an offset, in the time zone." }),
        ),
        endTime: Type.Optional(Type.String({ maxLength: 40 })),
        timeZone: Type.Optional(TimeZone),
        hours: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 23 }), { maxItems: 24 })),
        minutes: Type.Optional(Type.Array(Type.Integer({ minimum: 0, maximum: 59 }), { maxItems: 60 })),
        weekDays: Type.Optional(
          Type.Array(Type.Enum(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]), {
            maxItems: 7,
          }),
        ),
      },
      closed,
    ),
    Type.Object(
      {
        kind: Type.Literal("data"),
        dataset: Type.Optional(Name),
        datastore: Type.Optional(Name),
        path: Type.Optional(
          Type.String({
            maxLength: 1000,
            description: "In the datastore: a file, or a folder with a slash at its end.",
          }),
        ),
        pollingInterval: Type.Optional(
          Type.Number({
            minimum: 0.1,
            maximum: 44_640,
            description: "Minutes between two looks at a datastore. By default 5.",
          }),
        ),
        parameter: Type.Optional(
          Type.String({ maxLength: 100, description: "Parameter of the pipeline that gets what is new." }),
        ),
      },
      { ...closed, description: "Either a dataset that gets a version, or a path in a datastore." },
    ),
    Type.Object(
      {
        kind: Type.Literal("event"),
        type: Type.String({
          minLength: 1,
          maxLength: 200,
          description: 'Of a CloudEvent, or ours: "model.version.created".',
        }),
        subject: Type.Optional(Type.String({ maxLength: 500 })),
        data: Type.Optional(
          Type.Record(Type.String({ maxLength: 100 }), Type.Unknown(), { description: "Fields that must be equal." }),
        ),
      },
      closed,
    ),
  ],
  { description: "What it waits for." },
);
export type ScheduleTrigger = Static<typeof ScheduleTrigger>;

const Missed = Type.Enum(["skip", "latest", "all"], {
  description: "What is done about slots that passed while no server was there. By default latest.",
});

export const NewSchedule = Type.Object(
  {
    name: Name,
    description: Type.Optional(Type.String({ maxLength: 5000 })),
    pipeline: PipelineReference,
    trigger: ScheduleTrigger,
    parameters: Type.Optional(Parameters),
    experiment: Type.Optional(Type.String({ minLength: 1, maxLength: 500 })),
    missed: Type.Optional(Missed),
    paused: Type.Optional(Type.Boolean()),
  },
  { $id: "NewSchedule", title: "A schedule, as it is asked for", ...closed },
);
export type NewSchedule = Static<typeof NewSchedule>;

export const ScheduleChanges = Type.Object(
  {
    description: Type.Optional(Type.String({ maxLength: 5000 })),
    pipeline: Type.Optional(PipelineReference),
    trigger: Type.Optional(ScheduleTrigger),
    parameters: Type.Optional(Parameters),
    experiment: Type.Optional(nullable(Type.String({ minLength: 1, maxLength: 500 }))),
    missed: Type.Optional(Missed),
    paused: Type.Optional(Type.Boolean()),
  },
  { $id: "ScheduleChanges", ...closed },
);

export const Schedule = Type.Object(
  {
    id: Type.String(),
    name: Name,
    description: Type.String(),
    pipeline: Type.String({ description: "Its name." }),
    version: nullable(Type.Integer({ minimum: 1, description: "Null: the default version when it fires." })),
    trigger: ScheduleTrigger,
    parameters: Parameters,
    experiment: nullable(Type.String()),
    missed: Missed,
    paused: Type.Boolean(),
    nextAt: nullable(Timestamp),
    nextTimes: Type.Array(Timestamp, { description: "Up to five; none of a trigger that is not a time." }),
    problem: nullable(Type.String({ description: "Why it did not start what it should have." })),
    createdBy: Type.String(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
  },
  { $id: "Schedule", title: "A schedule", ...closed },
);
export type Schedule = Static<typeof Schedule>;

export const ScheduleSlot = Type.Object(
  {
    slot: Type.String({ description: "Its time, the event's id, or what was new." }),
    dueAt: Timestamp,
    outcome: Type.Enum(["FIRED", "SKIPPED", "FAILED"]),
    run: nullable(Type.String()),
    reason: nullable(Type.String()),
    createdAt: Timestamp,
  },
  { $id: "ScheduleSlot", title: "A time at which a schedule fired, or did not", ...closed },
);
export type ScheduleSlot = Static<typeof ScheduleSlot>;

const schedules = "/api/v1/workspaces/{workspace}/schedules";
const tag = "Schedules";

export const scheduleOperations = {
  listSchedules: operation({
    method: "GET",
    path: schedules,
    summary: "List schedules; sort by name, created or next",
    tag,
    access: "reader",
    query: Type.Object({
      ...listQuery,
      pipeline: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "Name of one." })),
    }),
    result: pageOf(Schedule),
  }),
  createSchedule: operation({
    method: "POST",
    path: schedules,
    summary: "Have a pipeline started at times, by new data, or by events",
    tag,
    access: "contributor",
    body: NewSchedule,
    status: 201,
    result: Schedule,
    errors: [409, 422],
  }),
  previewSchedule: operation({
    method: "POST",
    path: "/api/v1/workspaces/{workspace}/schedule-previews",
    summary: "Check a trigger, and say its next five times; nothing is stored",
    tag,
    access: "reader",
    body: Type.Object({ trigger: ScheduleTrigger }, closed),
    result: Type.Object(
      { nextTimes: Type.Array(Timestamp, { maxItems: 5, description: "None for triggers by data and events." }) },
      closed,
    ),
    errors: [422],
  }),
  getSchedule: operation({
    method: "GET",
    path: `${schedules}/{schedule}`,
    summary: "Get a schedule with its next five times",
    tag,
    access: "reader",
    result: Schedule,
  }),
  updateSchedule: operation({
    method: "PATCH",
    path: `${schedules}/{schedule}`,
    summary: "Change, pause or resume a schedule",
    tag,
    access: "contributor",
    body: ScheduleChanges,
    result: Schedule,
    errors: [409, 422],
  }),
  deleteSchedule: operation({
    method: "DELETE",
    path: `${schedules}/{schedule}`,
    summary: "Delete a schedule; its runs stay",
    tag,
    access: "contributor",
    result: null,
  }),
  runSchedule: operation({
    method: "POST",
    path: `${schedules}/{schedule}/run`,
    summary: "Start its pipeline now",
    tag,
    access: "contributor",
    status: 202,
    result: ScheduleSlot,
    errors: [409, 422],
  }),
  backfillSchedule: operation({
    method: "POST",
    path: `${schedules}/{schedule}/backfill`,
    summary: "Start its pipeline for every slot of a span of time that it has not fired in",
    tag,
    access: "contributor",
    body: Type.Object(
      {
        from: Type.String({ format: "date-time" }),
        to: Type.String({ format: "date-time" }),
      },
      closed,
    ),
    status: 202,
    result: Type.Object({ slots: Type.Array(ScheduleSlot) }, closed),
    errors: [409, 422],
  }),
  listScheduleSlots: operation({
    method: "GET",
    path: `${schedules}/{schedule}/slots`,
    summary: "List when it fired, or did not and why, the newest first",
    tag,
    access: "reader",
    query: Type.Object({ ...listQuery }),
    result: pageOf(ScheduleSlot),
  }),
};
