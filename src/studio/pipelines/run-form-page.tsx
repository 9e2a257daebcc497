/** Starts a run of a published pipeline with other parameters. */
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { NewPipelineRun, PipelineVersionDetails } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import {
  Button,
  CopyAs,
  Disclosure,
  ErrorCard,
  LinkButton,
  Notice,
  Page,
  Switch,
  TextField,
  apiPath,
  slipwayCommand,
} from "../kit/index.ts";
import { onCtrlEnter } from "./form-keys.ts";
import { versionInput } from "./inputs.ts";
import { draftOf, parameterWords, parseDrafts, type Drafts, type Parameters } from "./parameter-drafts.ts";
import { ParameterFields } from "./parameter-fields.tsx";
import styles from "./pipelines.module.css";

export const route = createLazyRoute("/w/$workspace/pipelines/$pipeline/run")({ component: RunFormPage });

function RunFormPage(): ReactElement {
  const { workspace, pipeline } = route.useParams();
  const search = route.useSearch();
  usePageTitle(`Run ${pipeline}`);
  const version = useSuspenseQuery(query("getPipelineVersion", versionInput(workspace, pipeline, search.version))).data;
  // The loader has it where the address names one.
  const earlier = useQuery({
    ...query("getPipelineRun", { workspace, run: search.from ?? "" }),
    enabled: search.from !== undefined,
  }).data;
  const given = earlier ? draftsOfRun(version.parameters, earlier.parameters) : {};
  return (
    <Page
      title={`Run ${pipeline}`}
      crumbs={[
        { label: "Pipelines", link: { to: "/w/$workspace/pipelines", params: { workspace } } },
        { label: pipeline, link: { to: "/w/$workspace/pipelines/$pipeline", params: { workspace, pipeline } } },
      ]}
      description={`Version ${version.version}${version.default ? ", the default" : ""}${earlier ? `, with the parameters of ${earlier.name}` : ""}`}
    >
      <RunForm key={`${version.id} ${earlier?.id}`} version={version} given={given} />
    </Page>
  );
}

/** What a run was given, as far as the version still takes it. */
function draftsOfRun(parameters: Parameters, values: Readonly<Record<string, unknown>>): Drafts {
  return Object.fromEntries(
    Object.entries(parameters).flatMap(([name, parameter]) =>
      Object.hasOwn(values, name) ? [[name, draftOf(parameter, values[name])]] : [],
    ),
  );
}

interface RunDraft {
  readonly drafts: Drafts;
  readonly experiment: string;
  readonly name: string;
  readonly reuse: boolean;
}

interface RunFormProps {
  readonly version: PipelineVersionDetails;
  readonly given: Drafts;
}

function RunForm({ version, given }: RunFormProps): ReactElement {
  const { workspace } = route.useParams();
  const navigate = useNavigate();
  const [draft, setDraft] = useState<RunDraft>({ drafts: given, experiment: "", name: "", reuse: true });
  const [isChecked, setChecked] = useState(false);
  const start = useAction("createPipelineRun", { quiet: true });
  const { values, problems } = parseDrafts(version.parameters, draft.drafts);
  const body = bodyOf(version, draft, values);
  const send = async (): Promise<void> => {
    const run = await start.run({ workspace, body });
    await navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run: run.id } });
  };
  const submit = (): void => {
    setChecked(true);
    if (Object.keys(problems).length === 0 && !start.pending) void send().catch(() => {});
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
      {version.status === "DISABLED" && <Notice tone="warn">This version is disabled: a run of it is refused.</Notice>}
      {start.error && <ErrorCard error={start.error} />}
      <RunFields
        parameters={version.parameters}
        draft={draft}
        set={(changes) => setDraft({ ...draft, ...changes })}
        problems={isChecked ? problems : {}}
      />
      <div className={styles.formActions}>
        <Button type="submit" variant="primary" isPending={start.pending}>
          Start run
        </Button>
        <LinkButton to="/w/$workspace/pipelines/$pipeline" params={{ workspace, pipeline: version.name }}>
          Back
        </LinkButton>
        <CopyAs
          cli={commandOf(workspace, body)}
          rest={{ method: "POST", path: apiPath(workspace, "pipeline-runs"), body }}
        />
      </div>
    </form>
  );
}

function bodyOf(
  version: PipelineVersionDetails,
  { experiment, name, reuse }: RunDraft,
  values: Readonly<Record<string, unknown>>,
): NewPipelineRun {
  return {
    pipeline: version.default ? version.name : `${version.name}@${version.version}`,
    ...(Object.keys(values).length > 0 && { parameters: values }),
    ...(experiment.trim() !== "" && { experiment: experiment.trim() }),
    ...(name.trim() !== "" && { name: name.trim() }),
    ...(!reuse && { reuse }),
  };
}

function commandOf(workspace: string, { pipeline, parameters = {}, experiment, name, reuse }: NewPipelineRun): string {
  const words = [
    "pipelines",
    "run",
    pipeline,
    ...parameterWords(parameters),
    ...(experiment === undefined ? [] : ["--experiment", experiment]),
    ...(name === undefined ? [] : ["--name", name]),
    reuse === false && "--no-reuse",
  ];
  return slipwayCommand(words, workspace);
}

interface RunFieldsProps {
  readonly parameters: Parameters;
  readonly draft: RunDraft;
  readonly set: (changes: Partial<RunDraft>) => void;
  readonly problems: Readonly<Record<string, string>>;
}

function RunFields({ parameters, draft, set, problems }: RunFieldsProps): ReactElement {
  return (
    <>
      {Object.keys(parameters).length === 0 && <p className={styles.text}>The pipeline has no parameters.</p>}
      <ParameterFields
        parameters={parameters}
        drafts={draft.drafts}
        onChange={(drafts) => set({ drafts })}
        problems={problems}
      />
      <Switch
        label="Take what is there already"
        description="A step with the same code, inputs and settings as before is not run again."
        value={draft.reuse}
        onChange={(reuse) => set({ reuse })}
      />
      <Disclosure id="experiment" title="Experiment and name">
        <div className={styles.form}>
          <TextField
            label="Experiment"
            description="Made where it is not there; by default the pipeline's."
            value={draft.experiment}
            onChange={(experiment) => set({ experiment })}
            maxLength={500}
          />
          <TextField
            label="Name of the run"
            description="By default one is made up."
            value={draft.name}
            onChange={(name) => set({ name })}
            maxLength={250}
          />
        </div>
      </Disclosure>
    </>
  );
}
