/** A pipeline's REST address: what it is, a try, and the call in other languages. */
import { Link } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { Pipeline, PipelineVersionDetails } from "../../contract/index.ts";
import { useAction, type ResultOf } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  AnswerDisclosure,
  Button,
  Card,
  CodeBlock,
  CopyAs,
  CopyButton,
  DefinitionList,
  ErrorCard,
  Notice,
  StatusBadge,
  Switch,
  Tabs,
  TextField,
  apiPath,
  slipwayCommand,
} from "../kit/index.ts";
import { parseDrafts, type Drafts } from "./parameter-drafts.ts";
import { ParameterFields } from "./parameter-fields.tsx";
import { codeForms, type ChangePipelineSearch, type CodeForm } from "./pipeline-search.ts";
import { submissionCode, submissionOf, type Submission } from "./submission-code.ts";
import styles from "./pipelines.module.css";

export interface PipelineEndpointProps {
  readonly pipeline: Pipeline;
  readonly version: PipelineVersionDetails;
}

interface LanguageProps {
  readonly language: CodeForm | undefined;
  readonly change: ChangePipelineSearch;
}

export function PipelineEndpoint(props: PipelineEndpointProps & LanguageProps): ReactElement {
  const { pipeline, version, language, change } = props;
  const [drafts, setDrafts] = useState<Drafts>({});
  const [experiment, setExperiment] = useState(pipeline.name);
  const { values, problems } = parseDrafts(version.parameters, drafts);
  const body = submissionOf(experiment.trim() === "" ? pipeline.name : experiment.trim(), values);
  // The fixed address is what one writes into a script; a version has one of its own.
  const url = version.default ? pipeline.endpoint : version.endpoint;
  return (
    <div className={styles.stack}>
      <Addresses pipeline={pipeline} version={version} />
      <div className={styles.half}>
        <Try version={version} body={body} problems={problems}>
          <TextField label="Experiment" value={experiment} onChange={setExperiment} maxLength={500} />
          <ParameterFields parameters={version.parameters} drafts={drafts} onChange={setDrafts} problems={problems} />
        </Try>
        <Code url={url} body={body} version={version} language={language} change={change} />
      </div>
    </div>
  );
}

function Addresses({ pipeline, version }: PipelineEndpointProps): ReactElement {
  const workspace = useWorkspace();
  const azure = `${new URL(pipeline.endpoint).origin}/pipelines/v1.0/subscriptions/slipway/resourceGroups/slipway/providers/Microsoft.MachineLearningServices/workspaces/${encodeURIComponent(workspace)}/PipelineRuns`;
  return (
    <Card
      title="Addresses"
      description="Each takes POST with a bearer token, and answers with the run's Id."
      actions={<Switches pipeline={pipeline} version={version} />}
    >
      <DefinitionList
        items={[
          [`Fixed: version ${pipeline.defaultVersion}`, <Address key="fixed" url={pipeline.endpoint} />],
          [`Version ${version.version}`, <Address key="version" url={version.endpoint} />],
          ["Azure ML, fixed", <Address key="azure" url={`${azure}/PipelineEndpointSubmit/Id/${pipeline.id}`} />],
          [
            `Azure ML, version ${version.version}`,
            <Address key="azure-version" url={`${azure}/PipelineSubmit/${version.id}`} />,
          ],
        ]}
      />
    </Card>
  );
}

function Address({ url }: { readonly url: string }): ReactElement {
  return (
    <span className={styles.address}>
      <code>{url}</code>
      <CopyButton text={url} label="Copy the address" />
    </span>
  );
}

function Switches({ pipeline, version }: PipelineEndpointProps): ReactElement {
  const workspace = useWorkspace();
  const isActive = version.status === "ACTIVE";
  const setStatus = useAction("updatePipelineVersion");
  const update = useAction("updatePipeline", { success: `Version ${version.version} is the default now` });
  const reference = `${pipeline.name}@${version.version}`;
  const body = { status: isActive ? ("DISABLED" as const) : ("ACTIVE" as const) };
  return (
    <div className={styles.formActions}>
      <StatusBadge status={version.status} />
      <Switch
        label={`Version ${version.version} takes runs`}
        value={isActive}
        onChange={() =>
          void setStatus
            .run({ workspace, pipeline: pipeline.name, version: String(version.version), body })
            .catch(() => {})
        }
      />
      {!version.default && (
        <Button
          size="small"
          isPending={update.pending}
          onPress={() =>
            void update
              .run({ workspace, pipeline: pipeline.name, body: { defaultVersion: version.version } })
              .catch(() => {})
          }
        >
          Make version {version.version} the default
        </Button>
      )}
      <CopyAs
        cli={slipwayCommand(["pipelines", isActive ? "disable" : "enable", reference], workspace)}
        rest={{
          method: "PATCH",
          path: apiPath(workspace, "pipelines", pipeline.name, "versions", String(version.version)),
          body,
        }}
      />
    </div>
  );
}

interface TryProps {
  readonly version: PipelineVersionDetails;
  readonly body: Submission;
  readonly problems: Readonly<Record<string, string>>;
  readonly children: React.ReactNode;
}

function Try({ version, body, problems, children }: TryProps): ReactElement {
  const workspace = useWorkspace();
  const submit = useAction("submitPipeline", { quiet: true });
  const [answer, setAnswer] = useState<ResultOf<"submitPipeline"> | null>(null);
  const send = async (): Promise<void> => {
    setAnswer(null);
    setAnswer(await submit.run({ workspace, pipeline: version.id, body: { ...body } }));
  };
  return (
    <Card title="Try it" description="Sends what a script would send. It starts a run.">
      <form
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void send().catch(() => {});
        }}
      >
        {children}
        <div className={styles.formActions}>
          <Button
            type="submit"
            variant="primary"
            isPending={submit.pending}
            isDisabled={Object.keys(problems).length > 0}
          >
            Submit
          </Button>
        </div>
        {submit.error && <ErrorCard error={submit.error} />}
        {answer && (
          <Notice tone="ok" title="The run has begun">
            <CodeBlock
              code={JSON.stringify({ Id: answer.Id, Status: answer.Status.StatusCode }, null, 2)}
              language="json"
              label="answer"
            />
            <Link to="/w/$workspace/jobs/$run" params={{ workspace, run: answer.Id }}>
              Watch it
            </Link>
            <AnswerDisclosure title="The whole answer">
              <CodeBlock code={JSON.stringify(answer, null, 2)} language="json" label="whole answer" wrap />
            </AnswerDisclosure>
          </Notice>
        )}
      </form>
    </Card>
  );
}

const forms: readonly {
  readonly id: CodeForm;
  readonly label: string;
  readonly language: "bash" | "python" | "typescript" | "json";
}[] = [
  { id: "curl", label: "curl", language: "bash" },
  { id: "python", label: "Python", language: "python" },
  { id: "typescript", label: "TypeScript", language: "typescript" },
  { id: "azureml", label: "Azure ML body", language: "json" },
];

interface CodeProps extends LanguageProps {
  readonly url: string;
  readonly body: Submission;
  readonly version: PipelineVersionDetails;
}

function Code({ url, body, version, language: chosen = "curl", change }: CodeProps): ReactElement {
  const form = forms.find(({ id }) => id === chosen) ?? forms[0];
  return (
    <Card title="In a script" description="The same request. SLIPWAY_TOKEN holds a token of yours.">
      <Tabs
        tabs={forms}
        selected={chosen}
        onSelect={(id) => change({ language: codeForms.find((other) => other === id) })}
        label="Language"
      >
        {form && (
          <CodeBlock
            code={submissionCode(form.id, url, body, version.parameters)}
            language={form.language}
            label={form.label}
          />
        )}
        {chosen === "azureml" && (
          <p className={styles.text}>
            What azureml-pipeline-core 1.x sends to either kind of address; scripts that used it keep their body.
          </p>
        )}
      </Tabs>
    </Card>
  );
}
