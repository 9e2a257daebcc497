import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";
import type { PipelineRun, PipelineRunStep } from "../../contract/index.ts";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { CodeBlock, Notice, slipwayCommand } from "../kit/index.ts";
import styles from "./step-panel.module.css";

const lastLines = 6;

/** Why a step failed: the cause, the end of its log, the next commands. */
export function StepFailure({
  run,
  step,
}: {
  readonly run: PipelineRun;
  readonly step: PipelineRunStep;
}): ReactElement {
  const workspace = useWorkspace();
  const log = useQuery({
    ...query("getRunLog", { workspace, run: step.runId ?? "", query: { tail: lastLines } }),
    enabled: step.runId !== null,
  }).data;
  const commands = [
    ...(step.runId === null ? [] : [slipwayCommand(["runs", "logs", step.runId], workspace)]),
    slipwayCommand(["runs", "retry", run.id], workspace),
  ];
  return (
    <Notice tone="fail" title={step.reason ?? "The step failed."}>
      <div className={styles.failure}>
        {log && log.text.trim() !== "" && <CodeBlock code={log.text.trimEnd()} label="end of the log" wrap />}
        <CodeBlock code={commands.join("\n")} language="bash" label="next commands" wrap />
      </div>
    </Notice>
  );
}
