/** One schedule: when it fires next, when it did and why not, and what can be done with it. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactElement } from "react";
import type { Schedule, ScheduleSlot } from "../../contract/index.ts";
import { infinite, useAction, type Action } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import {
  Button,
  Card,
  CodeBlock,
  CopyAs,
  DateTime,
  DefinitionList,
  ErrorCard,
  IconButton,
  LinkButton,
  Menu,
  Notice,
  RelativeTime,
  Skeleton,
  StatusBadge,
  apiPath,
  slipwayCommand,
} from "../kit/index.ts";
import { BackfillDialog } from "./backfill-dialog.tsx";
import { DeleteSchedule } from "./delete-schedule.tsx";
import { triggerText } from "./schedule-trigger.ts";
import styles from "./schedules.module.css";

export interface SchedulePanelProps {
  readonly schedule: Schedule;
  readonly onClose: () => void;
}

export function SchedulePanel({ schedule, onClose }: SchedulePanelProps): ReactElement {
  const { name, description, trigger, problem } = schedule;
  const remove = useAction("deleteSchedule", { success: `${name} is deleted` });
  return (
    <Card
      title={name}
      description={description === "" ? triggerText(trigger) : description}
      actions={<IconButton icon="close" label="Close the schedule" onPress={onClose} />}
    >
      <div className={styles.stack}>
        <ScheduleActions schedule={schedule} remove={remove} onDeleted={onClose} />
        {problem !== null && <Notice tone="warn">{problem}</Notice>}
        <ScheduleFacts schedule={schedule} />
        <Slots schedule={schedule} isLeaving={remove.pending} />
      </div>
    </Card>
  );
}

function ScheduleFacts({ schedule }: { readonly schedule: Schedule }): ReactElement {
  const { trigger, paused, nextTimes, parameters, pipeline, version, missed, experiment, createdAt, createdBy } =
    schedule;
  return (
    <>
      <DefinitionList
        items={[
          ["Trigger", triggerText(trigger)],
          ["Starts", version === null ? `${pipeline}, its default version` : `${pipeline}@${version}`],
          ["Experiment", experiment ?? "the pipeline's"],
          ["Missed times", missedLabels[missed]],
          ["Made", <Made key="made" at={createdAt} by={createdBy} />],
        ]}
      />
      {nextTimes.length > 0 && (
        <section>
          <h3 className={styles.heading}>{paused ? "Next times, once it is resumed" : "Next five times"}</h3>
          <ol className={styles.times}>
            {nextTimes.map((at) => (
              <li key={at}>
                <DateTime at={at} />{" "}
                <span className={styles.faint}>
                  <RelativeTime at={at} />
                </span>
              </li>
            ))}
          </ol>
        </section>
      )}
      {Object.keys(parameters).length > 0 && (
        <section>
          <h3 className={styles.heading}>Parameters</h3>
          <CodeBlock code={JSON.stringify(parameters, null, 2)} language="json" wrap />
        </section>
      )}
    </>
  );
}

function Made({ at, by }: { readonly at: string; readonly by: string }): ReactElement {
  return (
    <span>
      <RelativeTime at={at} /> by {by}
    </span>
  );
}

const missedLabels: Readonly<Record<Schedule["missed"], string>> = {
  latest: "the newest is made up for",
  skip: "are left out",
  all: "are all made up for",
};

interface ActionsProps {
  readonly schedule: Schedule;
  readonly remove: Action<"deleteSchedule">;
  readonly onDeleted: () => void;
}

function ScheduleActions({ schedule, remove, onDeleted }: ActionsProps): ReactElement {
  const workspace = useWorkspace();
  const { name, paused, pipeline } = schedule;
  const update = useAction("updateSchedule", { success: paused ? `${name} goes on` : `${name} is paused` });
  const start = useAction("runSchedule", { success: `${name} has started ${pipeline}` });
  const input = { workspace, schedule: name };
  const body = { paused: !paused };
  return (
    <div className={styles.actions}>
      <Button size="small" isPending={start.pending} onPress={() => void start.run(input).catch(() => {})}>
        Run now
      </Button>
      <Button
        size="small"
        isPending={update.pending}
        onPress={() => void update.run({ ...input, body }).catch(() => {})}
      >
        {paused ? "Resume" : "Pause"}
      </Button>
      <LinkButton
        size="small"
        to="/w/$workspace/schedules/new"
        params={{ workspace }}
        search={{ pipeline, schedule: name }}
      >
        Change
      </LinkButton>
      <MoreActions schedule={schedule} remove={remove} onDeleted={onDeleted} />
      <CopyAs
        cli={slipwayCommand(["schedules", paused ? "resume" : "pause", name], workspace)}
        rest={{ method: "PATCH", path: apiPath(workspace, "schedules", name), body }}
      />
    </div>
  );
}

/** What opens a dialog. */
function MoreActions({ schedule, remove, onDeleted }: ActionsProps): ReactElement {
  const { name, trigger } = schedule;
  const [open, setOpen] = useState<"backfill" | "delete" | null>(null);
  const isTime = trigger.kind === "cron" || trigger.kind === "recurrence";
  return (
    <>
      <Menu
        label="More about the schedule"
        icon="more"
        size="small"
        items={[
          ...(isTime ? [{ id: "backfill", label: "Backfill", onAction: () => setOpen("backfill") }] : []),
          { id: "delete", label: "Delete", danger: true, onAction: () => setOpen("delete") },
        ]}
      />
      <BackfillDialog
        schedule={schedule}
        isOpen={open === "backfill"}
        onOpenChange={(isOpen) => setOpen(isOpen ? "backfill" : null)}
      />
      <DeleteSchedule
        schedule={name}
        isOpen={open === "delete"}
        onOpenChange={(isOpen) => setOpen(isOpen ? "delete" : null)}
        remove={remove}
        onDeleted={onDeleted}
      />
    </>
  );
}

/** @param isLeaving it is being deleted: nothing is asked about it any more */
function Slots({ schedule, isLeaving }: { readonly schedule: Schedule; readonly isLeaving: boolean }): ReactElement {
  const workspace = useWorkspace();
  const list = useInfiniteQuery({
    ...infinite("listScheduleSlots", { workspace, schedule: schedule.name, query: { limit: 20 } }),
    enabled: !isLeaving,
  });
  const slots = list.data?.pages.flatMap(({ items }) => items);
  return (
    <section>
      <h3 className={styles.heading}>When it fired</h3>
      {list.error && <ErrorCard error={list.error} />}
      {list.isPending && <Skeleton lines={3} />}
      {slots?.length === 0 && <p className={styles.faint}>It has not fired yet.</p>}
      {slots && slots.length > 0 && (
        <ul className={styles.slots}>
          {slots.map((slot) => (
            <Slot key={slot.slot} slot={slot} />
          ))}
        </ul>
      )}
      {list.hasNextPage && (
        <Button size="small" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          Earlier ones
        </Button>
      )}
    </section>
  );
}

function Slot({ slot: { dueAt, outcome, run, reason } }: { readonly slot: ScheduleSlot }): ReactElement {
  const workspace = useWorkspace();
  return (
    <li className={styles.slot}>
      <span className={styles.slotLine}>
        <DateTime at={dueAt} />
        <StatusBadge status={outcome} />
        {run !== null && (
          <Link to="/w/$workspace/jobs/$run" params={{ workspace, run }}>
            Run
          </Link>
        )}
      </span>
      {reason !== null && <span className={styles.reason}>{reason}</span>}
    </li>
  );
}
