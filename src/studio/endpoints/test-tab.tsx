/** A request by a form that the model's columns make, or as JSON; and its answer. */
import { useQuery } from "@tanstack/react-query";
import { useRef, useState, type KeyboardEvent } from "react";
import type { EndpointExamples, EndpointTestAnswer, ModelVersionDetails } from "../../contract/index.ts";
import { query, useAction } from "../api/index.ts";
import {
  Button,
  Card,
  CopyAs,
  ErrorCard,
  Notice,
  RadioGroup,
  Select,
  Skeleton,
  Switch,
  TextArea,
  restOf,
} from "../kit/index.ts";
import { answeringModel, isAnswering } from "./answering-model.ts";
import { examplesQuery } from "./asked.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { RecentRequests } from "./recent-requests-list.tsx";
import { useRecentRequests } from "./recent-requests.ts";
import { labelsOf } from "./test-answer.ts";
import { TestAnswer } from "./test-answer-card.tsx";
import { TestForm } from "./test-form.tsx";
import { bodyOf, firstRow, inputFields, parseBody, type Row } from "./test-input.ts";
import { useEndpointSearch } from "./use-endpoint-search.ts";
import styles from "./test-tab.module.css";

export default function TestTab({ workspace, endpoint }: EndpointTabProps) {
  const [{ deployment }] = useEndpointSearch();
  const examples = useQuery({ ...examplesQuery(workspace, endpoint.name), enabled: isAnswering(endpoint) });
  const model = answeringModel(endpoint.deployments, deployment);
  const version = useQuery({
    ...query("getModelVersion", { workspace, model: model?.model ?? "", version: model?.version ?? "" }),
    enabled: model !== null,
  });
  if (!isAnswering(endpoint))
    return (
      <Notice tone="neutral">
        {endpoint.state === "Stopped" ? "It is stopped: start it to send requests." : "No deployment of it answers."}
      </Notice>
    );
  if (examples.error) return <ErrorCard error={examples.error} command={`slipway endpoints logs ${endpoint.name}`} />;
  if (version.error) return <ErrorCard error={version.error} />;
  if (!examples.data || !version.data) return <Skeleton height={320} />;
  return (
    <TestBench
      key={`${version.data.model}@${version.data.version}`}
      workspace={workspace}
      endpoint={endpoint}
      examples={examples.data}
      version={version.data}
    />
  );
}

interface TestBenchProps extends EndpointTabProps {
  readonly examples: EndpointExamples;
  readonly version: ModelVersionDetails;
}

/** The form's row, or the text. */
type AskedBody =
  | { readonly row: Row; readonly setRow: (row: Row) => void }
  | { readonly text: string; readonly setText: (text: string) => void };

/** What is asked, by form or as JSON, and what was answered. */
function useTestRequest({ workspace, endpoint: { name }, examples, version }: TestBenchProps) {
  const [{ mode, explain = false, deployment }] = useEndpointSearch();
  const test = useAction("testEndpoint", { quiet: true });
  const [recent, addRecent] = useRecentRequests(`${workspace}/${name}`);
  const [shown, setShown] = useState<EndpointTestAnswer | null>(recent[0]?.answer ?? null);
  const probabilities = version.task === "classification" && version.kind === "slipway";
  const example = examples.request;
  const [row, setRow] = useState<Row>(() => firstRow(example) ?? {});
  const [text, setText] = useState<string | null>(null);
  const isForm = mode !== "json" && firstRow(example) !== null;
  const formBody = bodyOf(row, { probabilities, explain });
  const typed = parseBody(text ?? JSON.stringify(formBody, null, 2));
  const request = isForm ? { body: formBody } : typed;
  const send = async (): Promise<void> => {
    if ("fault" in request || test.pending) return;
    const body = { body: request.body, ...(deployment !== undefined && { deployment }) };
    const answer = await test.run({ workspace, endpoint: name, body }).catch(() => null);
    if (answer === null) return;
    addRecent({ body: request.body, answer });
    setShown(answer);
  };
  const again = (body: unknown, answer: EndpointTestAnswer): void => {
    setRow(firstRow(body) ?? row);
    setText(JSON.stringify(body, null, 2));
    setShown(answer);
  };
  const reset = (): void => {
    setRow(firstRow(example) ?? {});
    setText(null);
  };
  const body: AskedBody = isForm ? { row, setRow } : { text: text ?? JSON.stringify(formBody, null, 2), setText };
  return { body, request, test, recent, shown, deployment, send, again, reset };
}

type TestRequest = ReturnType<typeof useTestRequest>;

function TestBench(props: TestBenchProps) {
  const { workspace, endpoint, version } = props;
  const asked = useTestRequest(props);
  const answers = useRef<HTMLDivElement>(null);
  const send = async (): Promise<void> => {
    await asked.send();
    // Below a long form on a narrow screen it would come unseen.
    answers.current?.scrollIntoView({ block: "nearest" });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
  };
  return (
    <div className={styles.bench} onKeyDown={onKeyDown}>
      <RequestCard {...props} asked={asked} onSend={() => void send()} />
      <div ref={answers} className={styles.answers}>
        <Card title="Answer">
          {asked.test.error ? (
            <ErrorCard error={asked.test.error} command={`slipway endpoints logs ${endpoint.name}`} />
          ) : (
            <TestAnswer
              workspace={workspace}
              endpoint={endpoint}
              answer={asked.shown}
              labels={labelsOf(version.contents.particulars)}
              target={version.target}
            />
          )}
        </Card>
        <RecentRequests
          requests={asked.recent}
          shown={asked.shown}
          onShow={({ body, answer }) => asked.again(body, answer)}
        />
      </div>
    </div>
  );
}

interface RequestCardProps extends TestBenchProps {
  readonly asked: TestRequest;
  readonly onSend: () => void;
}

function RequestCard({ workspace, endpoint, examples, version, asked, onSend }: RequestCardProps) {
  const { body, request } = asked;
  return (
    <Card title="Request">
      <form
        className={styles.request}
        onSubmit={(event) => {
          event.preventDefault();
          onSend();
        }}
      >
        <RequestOptions
          endpoint={endpoint}
          hasForm={firstRow(examples.request) !== null}
          canExplain={version.kind === "slipway"}
        />
        {"row" in body ? (
          <RowForm workspace={workspace} version={version} row={body.row} onChange={body.setRow} />
        ) : (
          <TextArea
            label="Body"
            rows={18}
            isCode
            value={body.text}
            onChange={body.setText}
            error={"fault" in request ? request.fault : undefined}
          />
        )}
        <SendButtons workspace={workspace} endpoint={endpoint} asked={asked} />
      </form>
    </Card>
  );
}

function SendButtons({ workspace, endpoint, asked }: EndpointTabProps & { readonly asked: TestRequest }) {
  const { name } = endpoint;
  const { request, deployment, test } = asked;
  return (
    <div className={styles.send}>
      <CopyAs
        cli={`slipway endpoints test ${name} --data row.json${deployment === undefined ? "" : ` --deployment ${deployment}`}`}
        rest={restOf(
          "POST",
          workspace,
          "endpoints",
          name,
          "/test",
          "body" in request ? { body: request.body } : undefined,
        )}
      />
      <Button onPress={asked.reset}>Example row</Button>
      <Button
        type="submit"
        variant="primary"
        isPending={test.pending}
        isDisabled={"fault" in request || endpoint.state === "Stopped"}
      >
        Send
      </Button>
    </div>
  );
}

interface RequestOptionsProps {
  readonly endpoint: EndpointTabProps["endpoint"];
  readonly hasForm: boolean;
  readonly canExplain: boolean;
}

function RequestOptions({ endpoint: { deployments }, hasForm, canExplain }: RequestOptionsProps) {
  const [{ mode, explain = false, deployment }, change] = useEndpointSearch();
  return (
    <div className={styles.options}>
      {hasForm && (
        <RadioGroup
          label="Form of the request"
          isLabelHidden
          isSegmented
          options={[
            { id: "form", label: "Form" },
            { id: "json", label: "JSON" },
          ]}
          value={mode ?? "form"}
          onChange={(next) => change({ mode: next === "json" ? "json" : undefined })}
        />
      )}
      {canExplain && mode !== "json" && (
        <Switch
          label="Explain the answer"
          value={explain}
          onChange={(next) => change({ explain: next || undefined })}
        />
      )}
      {deployments.length > 1 && (
        <Select
          label="Deployment"
          options={[
            { id: "", label: "As the traffic is shared" },
            ...deployments.map(({ name, model }) => ({ id: name, label: `${name}: ${model.name}@${model.version}` })),
          ]}
          value={deployment ?? ""}
          onChange={(next) => change({ deployment: next || undefined })}
        />
      )}
    </div>
  );
}

interface RowFormProps {
  readonly workspace: string;
  readonly version: ModelVersionDetails;
  readonly row: Row;
  readonly onChange: (row: Row) => void;
}

/** The ranges of its numbers come after it is there: they are hints. */
function RowForm({ workspace, version, row, onChange }: RowFormProps) {
  const { dataset } = version.lineage;
  const profile = useQuery({
    ...query("getDatasetProfile", { workspace, dataset: dataset?.name ?? "", version: String(dataset?.version ?? "") }),
    enabled: dataset !== null && dataset.version !== null,
    retry: false,
  });
  return (
    <TestForm fields={inputFields(version.contents.inputs, profile.data?.columns)} row={row} onChange={onChange} />
  );
}
