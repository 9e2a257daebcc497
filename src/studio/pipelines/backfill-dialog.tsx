import { useState, type ReactElement } from "react";
import type { Schedule } from "../../contract/index.ts";
import { tell, useAction } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { Button, CopyAs, Dialog, ErrorCard, TextField, apiPath, slipwayCommand } from "../kit/index.ts";
import styles from "./schedules.module.css";

export interface BackfillDialogProps {
  readonly schedule: Schedule;
  readonly isOpen: boolean;
  readonly onOpenChange: (isOpen: boolean) => void;
}

const day = 86_400_000;

/** Starts the pipeline for the times of a span that the schedule has not fired in. */
export function BackfillDialog({ schedule, isOpen, onOpenChange }: BackfillDialogProps): ReactElement {
  const workspace = useWorkspace();
  const [span, setSpan] = useState(lastDay);
  const backfill = useAction("backfillSchedule", { quiet: true });
  const body = { from: instantOf(span.from), to: instantOf(span.to) };
  const { from, to } = { from: body.from ?? span.from, to: body.to ?? span.to };
  const start = async (): Promise<void> => {
    const { slots } = await backfill.run({ workspace, schedule: schedule.name, body: { from, to } });
    const fired = slots.filter(({ outcome }) => outcome === "FIRED").length;
    tell({ text: `${fired} of ${slots.length} times fired`, tone: slots.length === fired ? "ok" : "info" });
    onOpenChange(false);
  };
  const words = ["schedules", "backfill", schedule.name, "--from", from, "--to", to];
  const path = apiPath(workspace, "schedules", schedule.name, "backfill");
  return (
    <Dialog
      title={`Backfill ${schedule.name}`}
      isOpen={isOpen}
      onOpenChange={onOpenChange}
      actions={(close) => (
        <>
          <CopyAs cli={slipwayCommand(words, workspace)} rest={{ method: "POST", path, body: { from, to } }} />
          <Button onPress={close}>Cancel</Button>
          <Button
            variant="primary"
            isPending={backfill.pending}
            isDisabled={body.from === null || body.to === null}
            onPress={() => void start().catch(() => {})}
          >
            Start
          </Button>
        </>
      )}
    >
      <SpanFields span={span} onChange={setSpan} />
      {backfill.error && <ErrorCard error={backfill.error} />}
    </Dialog>
  );
}

/** Times as they are typed. */
interface Span {
  readonly from: string;
  readonly to: string;
}

const lastDay = (): Span => ({ from: new Date(Date.now() - day).toISOString(), to: new Date().toISOString() });

function SpanFields({
  span,
  onChange,
}: {
  readonly span: Span;
  readonly onChange: (span: Span) => void;
}): ReactElement {
  const problem = "A time in ISO 8601: 2026-11-01T00:00:00Z";
  return (
    <div className={styles.stack}>
      <p className={styles.faint}>
        A run for every time of the span that it has not fired in, whatever the reason was; at most 1,000.
      </p>
      <TextField
        label="From"
        isCode
        value={span.from}
        onChange={(from) => onChange({ ...span, from })}
        error={instantOf(span.from) === null && problem}
      />
      <TextField
        label="To"
        isCode
        value={span.to}
        onChange={(to) => onChange({ ...span, to })}
        error={instantOf(span.to) === null && problem}
      />
    </div>
  );
}

/** As the server takes it; null where it is no time. */
function instantOf(text: string): string | null {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? null : time.toISOString();
}
