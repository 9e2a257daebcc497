import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { DataFault, DataGuardrails } from "../../contract/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Card, Disclosure, EmptyState, Icon, formatNumber, type IconName } from "../kit/index.ts";
import { jsonArtifact, type RunFacts } from "./run-data.ts";
import styles from "./run.module.css";

/** What was found in the data: as stored, or as it was told when the run began; null before. */
export function useGuardrails({ run, live, isActive }: RunFacts): DataGuardrails | null {
  const workspace = useWorkspace();
  const stored = useQuery({ ...jsonArtifact(workspace, run.id, "guardrails.json", run.endedAt), enabled: !isActive });
  return stored.data ?? live.started?.guardrails ?? null;
}

const looks: Readonly<Record<DataFault["result"], { readonly icon: IconName; readonly label: string }>> = {
  passed: { icon: "check", label: "Passed" },
  done: { icon: "check", label: "Done" },
  fixed: { icon: "pencil", label: "Fixed" },
  alerted: { icon: "alert", label: "Look at it" },
};

/** What needs a look first. */
const order: readonly DataFault["result"][] = ["alerted", "fixed", "done", "passed"];

export function GuardrailsTab({ facts }: { readonly facts: RunFacts }): ReactElement {
  const guardrails = useGuardrails(facts);
  if (guardrails === null) {
    return <EmptyState title="Not checked yet">The rows are checked when the run begins.</EmptyState>;
  }
  const faults = guardrails.faults.toSorted((a, b) => order.indexOf(a.result) - order.indexOf(b.result));
  return (
    <>
      <ul className={styles.faults}>
        {faults.map((fault) => (
          <Fault key={fault.type} fault={fault} />
        ))}
      </ul>
      <Featurization facts={facts} />
    </>
  );
}

function Fault({ fault }: { readonly fault: DataFault }): ReactElement {
  const { icon, label } = looks[fault.result];
  return (
    <li className={styles.fault} data-result={fault.result}>
      <span className={styles.faultState}>
        <Icon name={icon} size={14} />
        {label}
      </span>
      <div className={styles.faultText}>
        <h2 className={styles.faultTitle}>{fault.friendly_type}</h2>
        <p>{fault.friendly_result}</p>
        {fault.friendly_parameters.length > 0 && <Parameters fault={fault} />}
        {fault.result !== "passed" && <p className={styles.note}>{fault.friendly_learn_more}</p>}
      </div>
    </li>
  );
}

/** Of more the first are shown. */
const shownParameters = 20;

function Parameters({ fault }: { readonly fault: DataFault }): ReactElement {
  const { friendly_parameters: rows, friendly_parameter_preface: caption } = fault;
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return (
    <div className={styles.scroll} role="region" aria-label={caption} tabIndex={0}>
      <table className={styles.small}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.slice(0, shownParameters).map((row, at) => (
            <tr key={at}>
              {columns.map((name) => (
                <td key={name}>{typeof row[name] === "number" ? formatNumber(row[name]) : row[name]}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length > shownParameters && (
        <p className={styles.note}>and {rows.length - shownParameters} more, in guardrails.json</p>
      )}
    </div>
  );
}

/** What was made of each column. */
function Featurization({ facts: { run, live, isActive } }: { readonly facts: RunFacts }): ReactElement | null {
  const workspace = useWorkspace();
  const stored = useQuery({
    ...jsonArtifact(workspace, run.id, "featurization.json", run.endedAt),
    enabled: !isActive,
  });
  const notes = stored.data?.notes ?? live.started?.notes ?? [];
  if (notes.length === 0) return null;
  return (
    <Card title="What was made of the columns" level={2}>
      <Disclosure id="notes" title={`${notes.length} notes`} isOpenFirst={notes.length <= 30}>
        <ul className={styles.notes}>
          {notes.map((note, at) => (
            <li key={at}>{note}</li>
          ))}
        </ul>
      </Disclosure>
    </Card>
  );
}
