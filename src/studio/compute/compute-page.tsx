import { useSuspenseQuery } from "@tanstack/react-query";
import { createLazyRoute, Link } from "@tanstack/react-router";
import { query } from "../api/index.ts";
import { usePageTitle, useWorkspace } from "../app/index.ts";
import { CopyAs, DataTable, EmptyState, Meter, Page, StatusBadge, Bytes } from "../kit/index.ts";
import { JoinDialog } from "./join-dialog.tsx";
import { QueueTable } from "./queue-table.tsx";
import styles from "./compute.module.css";
import type { ComputeSummary } from "../../contract/index.ts";

export const route = createLazyRoute("/w/$workspace/compute")({ component: ComputePage });

function ComputePage() {
  usePageTitle("Compute");
  const workspace = useWorkspace();
  const { targets, workers } = useSuspenseQuery(query("getComputeSummary", { workspace })).data;
  return (
    <Page
      title="Compute"
      description="What computes the runs of this workspace, and what waits for it"
      actions={
        <>
          <CopyAs
            cli="slipway compute list"
            rest={{ method: "GET", path: `/api/v1/workspaces/${workspace}/compute` }}
          />
          <JoinDialog />
        </>
      }
    >
      <section className={styles.section}>
        <h2>Targets</h2>
        <ul className={styles.targets}>
          {targets.map((target) => (
            <TargetCard key={target.name} target={target} />
          ))}
        </ul>
      </section>
      <section className={styles.section}>
        <h2>Queue</h2>
        <QueueTable />
      </section>
      <section className={styles.section}>
        <h2>Workers</h2>
        <WorkersTable workers={workers} />
      </section>
    </Page>
  );
}

type Target = ComputeSummary["targets"][number];
type WorkerItem = ComputeSummary["workers"][number];

const targetText: Readonly<Record<string, string>> = {
  local: "Processes of this server. They come with the work and go with it.",
  remote: "Workers that joined from other machines. They run command steps.",
};

function TargetCard({ target }: { readonly target: Target }) {
  const { name, kind, queued, cores, freeCores, memory, maxWorkers } = target;
  return (
    <li className={styles.target}>
      <h3>{name}</h3>
      <p className={styles.muted}>{targetText[kind]}</p>
      <Meter label="Cores in use" value={Math.min(cores, cores - freeCores)} max={Math.max(1, cores)} />
      <dl className={styles.facts}>
        <div>
          <dt>Cores</dt>
          <dd>
            {Math.max(0, freeCores)} of {cores} free
          </dd>
        </div>
        <div>
          <dt>Memory</dt>
          <dd>
            <Bytes value={memory} />
          </dd>
        </div>
        <div>
          <dt>Runs at a time</dt>
          <dd>{maxWorkers}</dd>
        </div>
        <div>
          <dt>Waiting</dt>
          <dd>{queued}</dd>
        </div>
      </dl>
    </li>
  );
}

/** A worker has no id for those who only read: its place among the others names it. */
function keyed(workers: readonly WorkerItem[]): (WorkerItem & { readonly key: string })[] {
  return workers.map((worker, at) => ({ ...worker, key: String(at) }));
}

function WorkersTable({ workers }: { readonly workers: readonly WorkerItem[] }) {
  const workspace = useWorkspace();
  return (
    <DataTable
      label="Workers"
      rows={keyed(workers)}
      rowId={({ key }) => key}
      columns={[
        { id: "name", header: "Name", cell: ({ name, target }) => name ?? `A process of ${target}`, cardPrimary: true },
        { id: "state", header: "State", cell: ({ state }) => <StatusBadge status={state} />, cardPrimary: true },
        { id: "target", header: "Target", cell: ({ target }) => target, cardSecondary: true },
        {
          id: "run",
          header: "At work on",
          cell: ({ run }) =>
            run === null ? (
              "–"
            ) : (
              <Link to="/w/$workspace/jobs/$run" params={{ workspace, run }}>
                {run.slice(0, 8)}
              </Link>
            ),
          cardSecondary: true,
        },
      ]}
      empty={
        <EmptyState title="No worker is running">
          One starts when a run needs it, and ends when there is nothing to do.
        </EmptyState>
      }
    />
  );
}
