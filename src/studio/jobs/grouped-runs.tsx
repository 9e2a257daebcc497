import type { ReactElement } from "react";
import type { RunItem } from "../../contract/index.ts";
import { Button, Disclosure } from "../kit/index.ts";
import { useExperimentNames } from "./experiment-names.ts";
import { RunsTable, type RunsTableProps } from "./runs-table.tsx";
import styles from "./jobs-page.module.css";

/** The loaded runs, a table for each experiment. */
export function GroupedRuns({
  runs,
  hasMore,
  onMore,
  ...table
}: Omit<RunsTableProps, "label" | "empty">): ReactElement {
  const experimentName = useExperimentNames();
  const groups = Map.groupBy(runs, ({ experiment }: RunItem) => experiment);
  return (
    <div className={styles.groups}>
      {[...groups].map(([experiment, members]) => (
        <Disclosure
          key={experiment}
          id={`experiment.${experiment}`}
          isOpenFirst
          title={
            <>
              {experimentName(experiment)} <span className={styles.hint}>{members.length} loaded</span>
            </>
          }
        >
          <RunsTable
            {...table}
            label={experimentName(experiment)}
            runs={members}
            cols={[...(table.cols ?? []), "-experiment"]}
            maxHeight="420px"
          />
        </Disclosure>
      ))}
      <More count={runs.length} hasMore={hasMore ?? false} onMore={onMore} />
    </div>
  );
}

interface MoreProps {
  /** Loaded runs. */
  readonly count: number;
  readonly hasMore: boolean;
  readonly onMore: (() => void) | undefined;
}

/** Says that there are runs beyond those that are loaded. */
export function More({ count, hasMore, onMore }: MoreProps): ReactElement | null {
  if (!hasMore) return null;
  return (
    <p className={styles.more}>
      The first {count.toLocaleString("en-US")} runs.
      <Button size="small" onPress={onMore}>
        Load more
      </Button>
    </p>
  );
}
