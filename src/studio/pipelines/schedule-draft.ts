/** A schedule while it is typed, and what is sent of it. */
import type { NewSchedule, Schedule } from "../../contract/index.ts";
import { draftOf, parameterWords, parseDrafts, type Drafts, type Parameters } from "./parameter-drafts.ts";
import {
  draftOfTrigger,
  emptyTrigger,
  parseTrigger,
  triggerWords,
  type TriggerDraft,
  type TriggerProblems,
} from "./schedule-trigger.ts";

export interface ScheduleDraft {
  readonly name: string;
  readonly trigger: TriggerDraft;
  readonly drafts: Drafts;
  readonly experiment: string;
  readonly description: string;
  readonly missed: Schedule["missed"];
  readonly paused: boolean;
}

/** @param schedule what is changed; undefined for a new one. @param timeZone of a new one's times */
export function scheduleDraftOf(
  schedule: Schedule | undefined,
  parameters: Parameters,
  timeZone: string,
): ScheduleDraft {
  const values = schedule?.parameters ?? {};
  return {
    name: schedule?.name ?? "",
    trigger: schedule ? draftOfTrigger(schedule.trigger, timeZone) : emptyTrigger(timeZone),
    drafts: Object.fromEntries(
      Object.entries(parameters).flatMap(([name, parameter]) =>
        Object.hasOwn(values, name) ? [[name, draftOf(parameter, values[name])]] : [],
      ),
    ),
    experiment: schedule?.experiment ?? "",
    description: schedule?.description ?? "",
    missed: schedule?.missed ?? "latest",
    paused: false,
  };
}

export interface ScheduleProblems {
  readonly name?: string;
  readonly trigger: TriggerProblems;
  /** By name. */
  readonly parameters: Readonly<Record<string, string>>;
}

export interface ParsedSchedule {
  readonly problems: ScheduleProblems;
  /** Null where there are problems. */
  readonly request: Omit<NewSchedule, "pipeline"> | null;
  /** Options of `slipway schedules` that say the same. */
  readonly words: readonly string[];
}

const namePattern = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

export function parseSchedule(draft: ScheduleDraft, parameters: Parameters): ParsedSchedule {
  const { name, missed, paused } = draft;
  const [experiment, description] = [draft.experiment.trim(), draft.description.trim()];
  const parsed = parseTrigger(draft.trigger);
  const { values, problems } = parseDrafts(parameters, draft.drafts);
  // What is new fills this one when the schedule fires.
  const { [draft.trigger.parameter]: _filled, ...missing } = problems;
  const isNamed = namePattern.test(name);
  const found: ScheduleProblems = {
    ...(!isNamed && { name: "Letters, digits, underscore, dot and dash; the first is a letter or digit." }),
    trigger: "problems" in parsed ? parsed.problems : {},
    parameters: missing,
  };
  const words = [
    ...("trigger" in parsed ? triggerWords(parsed.trigger) : []),
    ...parameterWords(values),
    ...(missed === "latest" ? [] : ["--missed", missed]),
    ...(experiment === "" ? [] : ["--experiment", experiment]),
    ...(description === "" ? [] : ["--description", description]),
    ...(paused ? ["--paused"] : []),
  ];
  if (!isNamed || !("trigger" in parsed) || Object.keys(missing).length > 0)
    return { problems: found, request: null, words };
  const request = {
    name,
    trigger: parsed.trigger,
    parameters: { ...values },
    missed,
    description,
    ...(experiment !== "" && { experiment }),
    ...(paused && { paused }),
  };
  return { problems: found, request, words };
}
