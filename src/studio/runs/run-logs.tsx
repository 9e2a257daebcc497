import { useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState, type ReactElement } from "react";
import { query } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CopyAs, EmptyState, ErrorCard, LogView, Skeleton, Toolbar } from "../kit/index.ts";
import { firstLines, logQuery, readWholeLog, useLogEvents } from "./log-query.ts";
import { isActive } from "./run-state.ts";
import { useLineSearch } from "./use-run-search.ts";
import styles from "./run-logs.module.css";

/** The log of a run, live while it runs. Stands on a page at /jobs/$run, whose `find` and `level` it uses. @param run id */
export function RunLogs({ run }: { readonly run: string }): ReactElement {
  const workspace = useWorkspace();
  const key = { workspace, run };
  const queryClient = useQueryClient();
  const { data: log, error } = useQuery(logQuery(key));
  const { status } = useSuspenseQuery(query("getRun", key)).data;
  const lines = useLineSearch();
  const [isReading, setReading] = useState(false);
  useLogEvents(key);
  if (error && !log) return <ErrorCard error={error} command={`slipway runs logs ${run}`} />;
  if (!log) return <Skeleton height={360} />;
  if (log.text === "")
    return (
      <EmptyState title={isActive(status) ? "Nothing has been written yet" : "The log is empty"}>
        What the run writes to its output stands here{isActive(status) ? " as it comes" : ""}.
      </EmptyState>
    );
  const readAll = async (): Promise<void> => {
    setReading(true);
    await readWholeLog(queryClient, key).finally(() => setReading(false));
  };
  return (
    <div className={styles.logs}>
      {!log.isWhole && (
        <Toolbar>
          <span>The last {firstLines.toLocaleString("en-US")} lines.</span>
          <Button size="small" isPending={isReading} onPress={() => void readAll().catch(() => {})}>
            Load the whole log
          </Button>
        </Toolbar>
      )}
      <LogView text={log.text} follow={isActive(status)} {...lines} fileName={`${run}.log`} />
      <CopyAs
        cli={`slipway runs logs ${run}${isActive(status) ? " --follow" : ""}`}
        rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/runs/${run}/logs` }}
      />
    </div>
  );
}
