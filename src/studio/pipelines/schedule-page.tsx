/** A schedule is made or changed: what it waits for, and what it then starts. */
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { Schedule } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import {
  Button,
  CopyAs,
  type CopyAsProps,
  Disclosure,
  ErrorCard,
  LinkButton,
  Page,
  RadioGroup,
  Select,
  Skeleton,
  Switch,
  TextField,
  apiPath,
  slipwayCommand,
} from "../kit/index.ts";
import { onCtrlEnter } from "./form-keys.ts";
import { versionInput } from "./inputs.ts";
import type { Parameters } from "./parameter-drafts.ts";
import { ParameterFields } from "./parameter-fields.tsx";
import {
  parseSchedule,
  scheduleDraftOf,
  type ParsedSchedule,
  type ScheduleDraft,
  type ScheduleProblems,
} from "./schedule-draft.ts";
import { TriggerFields } from "./trigger-fields.tsx";
import styles from "./schedules.module.css";

export const route = createLazyRoute("/w/$workspace/schedules/new")({ component: SchedulePage });

const viewerZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function SchedulePage(): ReactElement {
  const { workspace } = route.useParams();
  const search = route.useSearch();
  // The loader has both where the address names them.
  const schedule = useQuery({
    ...query("getSchedule", { workspace, schedule: search.schedule ?? "" }),
    enabled: search.schedule !== undefined,
  }).data;
  const pipeline = search.pipeline ?? schedule?.pipeline;
  const version = useQuery({
    ...query("getPipelineVersion", versionInput(workspace, pipeline ?? "", schedule?.version ?? undefined)),
    enabled: pipeline !== undefined,
  }).data;
  const title = schedule ? `Change ${schedule.name}` : "New schedule";
  usePageTitle(title);
  return (
    <Page
      title={title}
      crumbs={[
        { label: "Pipelines", link: { to: "/w/$workspace/pipelines", params: { workspace } } },
        ...(pipeline === undefined
          ? []
          : [
              {
                label: pipeline,
                link: {
                  to: "/w/$workspace/pipelines/$pipeline",
                  params: { workspace, pipeline },
                  search: { tab: "schedules" },
                } as const,
              },
            ]),
      ]}
    >
      <div className={styles.form}>
        {!schedule && <PipelineChoice pipeline={pipeline} />}
        {pipeline !== undefined && !version && <Skeleton height={320} />}
        {version && (
          <ScheduleForm
            key={`${version.id} ${schedule?.id}`}
            pipeline={version.name}
            parameters={version.parameters}
            schedule={schedule}
          />
        )}
      </div>
    </Page>
  );
}

function PipelineChoice({ pipeline }: { readonly pipeline: string | undefined }): ReactElement {
  const { workspace } = route.useParams();
  const navigate = useNavigate();
  const { items } = useSuspenseQuery(query("listPipelines", { workspace, query: { limit: 200 } })).data;
  return (
    <Select
      label="Pipeline"
      value={pipeline ?? null}
      options={items.map(({ name }) => ({ id: name, label: name }))}
      onChange={(next) =>
        void navigate({ from: "/w/$workspace/schedules/new", to: ".", search: { pipeline: next }, replace: true })
      }
    />
  );
}

interface ScheduleFormProps {
  readonly pipeline: string;
  readonly parameters: Parameters;
  /** What is changed; undefined for a new one. */
  readonly schedule: Schedule | undefined;
}

function ScheduleForm({ pipeline, parameters, schedule }: ScheduleFormProps): ReactElement {
  const { workspace } = route.useParams();
  const [draft, setDraft] = useState(() => scheduleDraftOf(schedule, parameters, viewerZone));
  const [isChecked, setChecked] = useState(false);
  const { send, error, pending } = useSend(pipeline, schedule);
  const parsed = parseSchedule(draft, parameters);
  const submit = (): void => {
    setChecked(true);
    if (parsed.request) void send(parsed.request).catch(() => {});
  };
  return (
    <form
      className={styles.form}
      noValidate
      onKeyDown={onCtrlEnter(submit)}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      {error && <ErrorCard error={error} />}
      <ScheduleFields
        draft={draft}
        set={(changes) => setDraft({ ...draft, ...changes })}
        problems={isChecked ? parsed.problems : noProblems}
        parameters={parameters}
        isNew={!schedule}
      />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" isPending={pending}>
          {schedule ? "Save" : "Create schedule"}
        </Button>
        <LinkButton
          to="/w/$workspace/pipelines/$pipeline"
          params={{ workspace, pipeline }}
          search={{ tab: "schedules" }}
        >
          Back
        </LinkButton>
        <CopyAs {...twinsOf(workspace, pipeline, schedule, parsed)} />
      </div>
    </form>
  );
}

const noProblems: ScheduleProblems = { trigger: {}, parameters: {} };

function useSend(pipeline: string, schedule: Schedule | undefined) {
  const { workspace } = route.useParams();
  const navigate = useNavigate();
  const create = useAction("createSchedule", { quiet: true });
  const update = useAction("updateSchedule", { quiet: true });
  const send = async (request: Request): Promise<void> => {
    if (schedule) await update.run({ workspace, schedule: schedule.name, body: changesOf(request) });
    else await create.run({ workspace, body: { ...request, pipeline } });
    const search = { tab: "schedules" as const, schedule: request.name };
    await navigate({ to: "/w/$workspace/pipelines/$pipeline", params: { workspace, pipeline }, search });
  };
  return { send, error: create.error ?? update.error, pending: create.pending || update.pending };
}

type Request = NonNullable<ParsedSchedule["request"]>;

/** Without the name, which stays; an experiment that is emptied is the pipeline's again. */
function changesOf({ name: _name, experiment, ...changes }: Request) {
  return { ...changes, experiment: experiment ?? null };
}

function twinsOf(
  workspace: string,
  pipeline: string,
  schedule: Schedule | undefined,
  parsed: ParsedSchedule,
): CopyAsProps {
  const { request, words } = parsed;
  if (schedule) {
    return {
      cli: slipwayCommand(["schedules", "update", schedule.name, ...words], workspace),
      ...(request && {
        rest: { method: "PATCH", path: apiPath(workspace, "schedules", schedule.name), body: changesOf(request) },
      }),
    };
  }
  return {
    cli: slipwayCommand(["schedules", "create", request?.name ?? "NAME", "--pipeline", pipeline, ...words], workspace),
    ...(request && { rest: { method: "POST", path: apiPath(workspace, "schedules"), body: { ...request, pipeline } } }),
  };
}

interface ScheduleFieldsProps {
  readonly draft: ScheduleDraft;
  readonly set: (changes: Partial<ScheduleDraft>) => void;
  readonly problems: ScheduleProblems;
  readonly parameters: Parameters;
  readonly isNew: boolean;
}

function ScheduleFields(props: ScheduleFieldsProps): ReactElement {
  const { draft, set, problems, parameters, isNew } = props;
  const { kind } = draft.trigger;
  return (
    <>
      {isNew && (
        <TextField
          label="Name"
          isRequired
          autoFocus
          maxLength={128}
          placeholder="nightly"
          value={draft.name}
          onChange={(name) => set({ name })}
          error={problems.name}
        />
      )}
      <TriggerFields
        draft={draft.trigger}
        onChange={(trigger) => set({ trigger })}
        problems={problems.trigger}
        parameters={parameters}
      />
      {(kind === "cron" || kind === "recurrence") && (
        <RadioGroup
          label="Times that pass while no server is there"
          value={draft.missed}
          onChange={(missed) => set({ missed })}
          options={missedOptions}
        />
      )}
      <MoreFields {...props} />
      {isNew && (
        <Switch
          label="Begin paused"
          description="It begins when it is resumed."
          value={draft.paused}
          onChange={(paused) => set({ paused })}
        />
      )}
    </>
  );
}

const missedOptions = [
  { id: "latest", label: "The newest is made up for" },
  { id: "skip", label: "They are left out" },
  { id: "all", label: "All are made up for", description: "The newest 1,000 at most." },
] as const;

/** What most do not need; parameters are in sight from the beginning where one has to be given. */
function MoreFields({ draft, set, problems, parameters }: ScheduleFieldsProps): ReactElement {
  const count = Object.keys(parameters).length;
  const isOneNeeded = Object.values(parameters).some((one) => one.default === undefined);
  return (
    <>
      {count > 0 && (
        <Disclosure id="parameters" title={`Parameters of the run (${count})`} isOpenFirst={isOneNeeded}>
          <div className={styles.form}>
            <ParameterFields
              parameters={parameters}
              drafts={draft.drafts}
              onChange={(drafts) => set({ drafts })}
              problems={problems.parameters}
            />
          </div>
        </Disclosure>
      )}
      <Disclosure id="experiment" title="Experiment and description">
        <div className={styles.form}>
          <TextField
            label="Experiment"
            description="By default the pipeline's."
            value={draft.experiment}
            onChange={(experiment) => set({ experiment })}
            maxLength={500}
          />
          <TextField
            label="Description"
            value={draft.description}
            onChange={(description) => set({ description })}
            maxLength={5000}
          />
        </div>
      </Disclosure>
    </>
  );
}
