/** An answer: the value large, then how sure, why, how long, and where its line in the log is. */
import { Link } from "@tanstack/react-router";
import type { EndpointTestAnswer, RowExplanation } from "../../contract/index.ts";
import { AnswerDisclosure, CodeBlock, formatNumber, formatPercent, Notice } from "../kit/index.ts";
import type { EndpointTabProps } from "./endpoint-tab-props.ts";
import { requestIdOf } from "./recent-requests.ts";
import { contributionsOf, isEstimated, readAnswer, scaleWords, type RowAnswer } from "./test-answer.ts";
import styles from "./test-answer.module.css";

interface TestAnswerProps extends EndpointTabProps {
  /** Null: nothing was asked yet. */
  readonly answer: EndpointTestAnswer | null;
  readonly labels: readonly (string | number)[] | null;
  /** What the model predicts. */
  readonly target: string | null;
}

export function TestAnswer({ workspace, endpoint, answer, labels, target }: TestAnswerProps) {
  if (answer === null)
    return (
      <p className={styles.hint}>Send the request with the button or Ctrl+Enter; the fields hold an example row.</p>
    );
  const rows = answer.status < 400 ? readAnswer(answer.body, labels) : null;
  const warning = answer.headers["x-slipway-warning"];
  return (
    <div className={styles.answer} role="status">
      {rows === null ? <Refusal answer={answer} /> : <Rows rows={rows} target={target} />}
      {warning !== undefined && <Notice tone="warn">{warning}</Notice>}
      <Facts workspace={workspace} endpoint={endpoint} answer={answer} />
      <AnswerDisclosure title="Body as it came">
        <CodeBlock
          label="Body of the answer"
          language="json"
          code={typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body, null, 2)}
        />
      </AnswerDisclosure>
    </div>
  );
}

/** Rows whose reasons are shown too. */
const mostShown = 20;

function Rows({ rows, target }: { readonly rows: readonly RowAnswer[]; readonly target: string | null }) {
  return (
    <>
      {rows.slice(0, mostShown).map((row, index) => (
        <div key={index} className={styles.row}>
          <p className={styles.result}>
            {target !== null && <span className={styles.target}>{target}</span>}
            <strong className={styles.value}>
              {typeof row.value === "number" ? formatNumber(row.value, { digits: 6 }) : row.value}
            </strong>
          </p>
          {row.probabilities && <Probabilities shares={row.probabilities} />}
          {row.explanation && <Explanation explanation={row.explanation} />}
        </div>
      ))}
      {rows.length > mostShown && (
        <p className={styles.hint}>{formatNumber(rows.length - mostShown)} more rows stand in the body.</p>
      )}
    </>
  );
}

/** Labels beyond the likeliest ones are left to the body. */
const mostLabels = 10;

function Probabilities({ shares }: { readonly shares: NonNullable<RowAnswer["probabilities"]> }) {
  return (
    <ul className={styles.bars} aria-label="Probabilities">
      {shares.slice(0, mostLabels).map(({ label, share }) => (
        <li key={label} className={styles.bar}>
          <span className={styles.label}>{label}</span>
          <span className={styles.track} aria-hidden="true">
            <span className={styles.share} style={{ width: `${share * 100}%` }} />
          </span>
          <span className={styles.amount}>{formatPercent(share)}</span>
        </li>
      ))}
    </ul>
  );
}

/** Columns whose contributions stand by themselves. */
const mostColumns = 8;

function Explanation({ explanation }: { readonly explanation: RowExplanation }) {
  const shown = contributionsOf(explanation, mostColumns);
  return (
    <div className={styles.why}>
      <h3>What made it</h3>
      <p className={styles.hint}>
        For “{explanation.output}”, in {scaleWords[explanation.scale]}, from a baseline of{" "}
        {formatNumber(explanation.baseline)}.{isEstimated(explanation) && " Estimated by permutations of the columns."}
      </p>
      <ul className={styles.bars} aria-label="Contributions of the columns">
        {shown.map(({ column, amount, size }) => (
          <li key={column} className={styles.bar}>
            <span className={styles.label}>{column}</span>
            <span className={styles.both} aria-hidden="true">
              <span className={amount < 0 ? styles.against : styles.for} style={{ width: `${size * 50}%` }} />
            </span>
            <span className={styles.amount}>
              {amount > 0 ? "+" : ""}
              {formatNumber(amount, { digits: 3 })}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Refusal({ answer: { status, body } }: { readonly answer: EndpointTestAnswer }) {
  const problem =
    typeof body === "object" && body !== null
      ? (body as { title?: unknown; detail?: unknown; fix?: unknown; code?: unknown })
      : {};
  if (status < 400)
    return <p className={styles.hint}>It answered in another form than /score does; the body is below.</p>;
  return (
    <Notice tone="fail">
      <p className={styles.problem}>
        {String(problem.detail ?? problem.title ?? `The endpoint answered with status ${status}.`)}
      </p>
      {problem.fix !== undefined && <p className={styles.problem}>{String(problem.fix)}</p>}
      {problem.code !== undefined && <code>{String(problem.code)}</code>}
    </Notice>
  );
}

function Facts({
  workspace,
  endpoint,
  answer,
}: Required<Pick<TestAnswerProps, "workspace" | "endpoint">> & { readonly answer: EndpointTestAnswer }) {
  const requestId = requestIdOf(answer);
  const model = answer.headers["x-slipway-model"];
  const scored = Number(answer.headers["x-ms-run-fn-exec-ms"]);
  return (
    <p className={styles.facts}>
      <span>{answer.status}</span>
      <span title="Through the server and back">{formatNumber(answer.milliseconds, { digits: 3 })} ms</span>
      {scored > 0 && <span>scored in {formatNumber(scored, { digits: 3 })} ms</span>}
      {model !== undefined && <span>{model}</span>}
      {requestId !== null && (
        <Link
          to="/w/$workspace/endpoints/$endpoint"
          params={{ workspace, endpoint: endpoint.name }}
          search={{ tab: "logs", request: requestId }}
        >
          <code>{requestId}</code>
        </Link>
      )}
    </p>
  );
}
