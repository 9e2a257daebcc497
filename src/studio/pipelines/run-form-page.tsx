/** Starts a run of a published pipeline with other parameters. */
import { useQuery, useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, useNavigate } from "@tanstack/react-router";
import { useState, type KeyboardEvent, type ReactElement } from "react";
import type { NewPipelineRun, PipelineVersionDetails } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import { usePageTitle } from "../app/index.ts";
import { Button, CopyAs, Disclosure, ErrorCard, LinkButton, Notice, Page, Switch, TextField } from "../kit/index.ts";
import { apiPath, slipwayCommand } from "./command-line.ts";
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

function RunForm({ version, given }: { readonly version: PipelineVersionDetails; readonly given: Drafts }): ReactElement {
  const { workspace } = route.useParams();
  const navigate = useNavigate();
  const [drafts, setDrafts] = useState(given);
  const [experiment, setExperiment] = useState("");
  const [name, setName] = useState("");
  const [reuse, setReuse] = useState(true);
  const [isChecked, setChecked] = useState(false);
  const start = useAction("createPipelineRun", { quiet: true });
  const { values, problems } = parseDrafts(version.parameters, drafts);
  const reference = version.default ? version.name : `${version.name}@${version.version}`;
  const body: NewPipelineRun = {
    pipeline: reference,
    ...(Object.keys(values).length > 0 && { parameters: values }),
    ...(experiment.trim() !== "" && { experiment: experiment.trim() }),
    ...(name.trim() !== "" && { name: name.trim() }),
    ...(!reuse && { reuse }),
  };
  const submit = async (): Promise<void> => {
    setChecked(true);
    if (Object.keys(problems).length > 0 || start.pending) return;
    const run = await start.run({ workspace, body });
    await navigate({ to: "/w/$workspace/jobs/$run", params: { workspace, run: run.id } });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void submit().catch(() => {});
  };
  return (
    <form
      className={styles.form}
      noValidate
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        void submit().catch(() => {});
      }}
    >
      {version.status === "DISABLED" && <Notice tone="warn">This version is disabled: a run of it is refused.</Notice>}
      {start.error && <ErrorCard error={start.error} />}
      {Object.keys(version.parameters).length === 0 && <p className={styles.text}>The pipeline has no parameters.</p>}
      <ParameterFields
        parameters={version.parameters}
        drafts={drafts}
        onChange={setDrafts}
        problems={isChecked ? problems : {}}
      />
      <Switch
        label="Take what is there already"
        description="A step with the same code, inputs and settings as before is not run again."
        value={reuse}
        onChange={setReuse}
      />
      <Disclosure title="Experiment and name">
        <div className={styles.form}>
          <TextField label="Experiment" description="Made where it is not there; by default the pipeline's." value={experiment} onChange={setExperiment} maxLength={500} />
          <TextField label="Name of the run" description="By default one is made up." value={name} onChange={setName} maxLength={250} />
        </div>
      </Disclosure>
      <div className={styles.formActions}>
        <Button type="submit" variant="primary" isPending={start.pending}>
          Start run
        </Button>
        <LinkButton to="/w/$workspace/pipelines/$pipeline" params={{ workspace, pipeline: version.name }}>
          Back
        </LinkButton>
        <CopyAs
          cli={slipwayCommand(["pipelines", "run", reference, ...parameterWords(values), ...(body.experiment ? ["--experiment", body.experiment] : []), ...(body.name ? ["--name", body.name] : []), !reuse && "--no-reuse"], workspace)}
          rest={{ method: "POST", path: apiPath(workspace, "pipeline-runs"), body }}
        />
      </div>
    </form>
  );
}
