import { useMemo, type ReactElement } from "react";
import { Checkbox, ComboBox, RadioGroup, Select, TextField } from "../kit/index.ts";
import type { Parameters } from "./parameter-drafts.ts";
import { DatasetField } from "./parameter-fields.tsx";
import { SchedulePreview } from "./schedule-preview.tsx";
import {
  frequencies,
  hasTimes,
  parseTrigger,
  weekDays,
  type TriggerDraft,
  type TriggerProblems,
} from "./schedule-trigger.ts";
import styles from "./schedules.module.css";

export interface TriggerFieldsProps {
  readonly draft: TriggerDraft;
  readonly onChange: (draft: TriggerDraft) => void;
  readonly problems: TriggerProblems;
  /** Of the pipeline: one of them may get what is new. */
  readonly parameters: Parameters;
}

/** What a schedule waits for. */
export function TriggerFields(props: TriggerFieldsProps): ReactElement {
  const { draft, onChange } = props;
  const set = (changes: Partial<TriggerDraft>): void => onChange({ ...draft, ...changes });
  const parsed = parseTrigger(draft);
  return (
    <>
      <RadioGroup
        label="Starts"
        value={draft.kind}
        onChange={(kind) => set({ kind, parameter: "" })}
        options={[
          { id: "recurrence", label: "At times", description: "Every so many minutes, hours, days, weeks or months." },
          { id: "cron", label: "By a cron expression" },
          { id: "dataset", label: "When a dataset gets a version" },
          { id: "path", label: "When something is new at a path of a datastore" },
          { id: "event", label: "When an event happens" },
        ]}
      />
      <KindFields {...props} set={set} />
      {"trigger" in parsed && <SchedulePreview trigger={parsed.trigger} />}
    </>
  );
}

interface PartProps extends TriggerFieldsProps {
  readonly set: (changes: Partial<TriggerDraft>) => void;
}

function KindFields(props: PartProps): ReactElement {
  switch (props.draft.kind) {
    case "recurrence":
      return <RecurrenceFields {...props} />;
    case "cron":
      return <CronFields {...props} />;
    case "dataset":
    case "path":
      return <DataFields {...props} />;
    case "event":
      return <EventFields {...props} />;
  }
}

function CronFields(props: PartProps): ReactElement {
  return (
    <>
      <TextField
        {...fieldOf(props, "expression")}
        label="Cron expression"
        description="Minute, hour, day, month, weekday: 0 3 * * 1-5 is 3:00 on weekdays."
        isCode
      />
      <ZoneField {...props} />
    </>
  );
}

function DataFields(props: PartProps): ReactElement {
  const { draft, set, problems } = props;
  return (
    <>
      {draft.kind === "dataset" ? (
        <DatasetField
          label="Dataset"
          description="Each new version starts a run."
          value={draft.dataset}
          onChange={(dataset) => set({ dataset })}
          error={problems.dataset}
        />
      ) : (
        <>
          <TextField {...fieldOf(props, "datastore")} label="Datastore" isCode />
          <TextField
            {...fieldOf(props, "path")}
            label="Path"
            description="A file, or a folder with a slash at its end."
            isCode
          />
          <TextField {...fieldOf(props, "polling")} label="Minutes between two looks" />
        </>
      )}
      <ParameterChoice {...props} />
    </>
  );
}

function EventFields(props: PartProps): ReactElement {
  return (
    <>
      <TextField
        {...fieldOf(props, "type")}
        label="Type of event"
        description="Ours or Azure's: model.version.created, or model.* for all that begin so."
        isCode
      />
      <TextField
        {...fieldOf(props, "subject")}
        label="Subject"
        description="And what stands below it: model/bank. Empty: any."
        isCode
      />
    </>
  );
}

type TextKey =
  | "expression"
  | "interval"
  | "hours"
  | "minutes"
  | "startTime"
  | "datastore"
  | "path"
  | "polling"
  | "type"
  | "subject";

function fieldOf({ draft, problems, set }: PartProps, key: TextKey) {
  const error = problems[key];
  return {
    value: draft[key],
    onChange: (value: string) => set({ [key]: value }),
    ...(error !== undefined && { error }),
  };
}

function RecurrenceFields(props: PartProps): ReactElement {
  const { draft, set } = props;
  return (
    <>
      <div className={styles.pair}>
        <TextField {...fieldOf(props, "interval")} label="Every" />
        <Select
          label="Unit"
          value={draft.frequency}
          options={frequencies.map((id) => ({ id, label: id }))}
          onChange={(frequency) => set({ frequency })}
        />
      </div>
      {draft.frequency === "Week" && (
        <fieldset className={styles.days}>
          <legend>On</legend>
          {weekDays.map((day) => (
            <Checkbox
              key={day}
              label={day}
              value={draft.weekDays.includes(day)}
              onChange={(on) =>
                set({ weekDays: weekDays.filter((one) => (one === day ? on : draft.weekDays.includes(one))) })
              }
            />
          ))}
        </fieldset>
      )}
      {hasTimes(draft.frequency) && (
        <div className={styles.pair}>
          <TextField {...fieldOf(props, "hours")} label="At hours" description="0 to 23, with commas between." />
          <TextField {...fieldOf(props, "minutes")} label="At minutes" description="0 to 59." />
        </div>
      )}
      <TextField
        {...fieldOf(props, "startTime")}
        label="Not before"
        description="ISO 8601, in the time zone below; the rhythm counts from it. Empty: from now on."
        placeholder="2026-01-01T03:00:00"
        isCode
      />
      <ZoneField {...props} />
    </>
  );
}

function ZoneField({ draft, set }: PartProps): ReactElement {
  const zones = useMemo(
    () =>
      [...new Set(["UTC", draft.timeZone, ...Intl.supportedValuesOf("timeZone")])]
        .filter(Boolean)
        .map((id) => ({ id, label: id })),
    [draft.timeZone],
  );
  return (
    <ComboBox
      label="Time zone"
      options={zones}
      value={draft.timeZone}
      onChange={(timeZone) => set({ timeZone: timeZone ?? "" })}
    />
  );
}

function ParameterChoice({ draft, set, parameters }: PartProps): ReactElement | null {
  const wanted = draft.kind === "dataset" ? "dataset" : "data_path";
  const names = Object.entries(parameters).flatMap(([name, { type }]) =>
    type === wanted || type === "string" ? [name] : [],
  );
  if (names.length === 0) return null;
  return (
    <Select
      label="Parameter that gets what is new"
      value={draft.parameter === "" ? "none" : `p:${draft.parameter}`}
      options={[{ id: "none", label: "None" }, ...names.map((name) => ({ id: `p:${name}`, label: name }))]}
      onChange={(id) => set({ parameter: id === "none" ? "" : id.slice(2) })}
    />
  );
}
