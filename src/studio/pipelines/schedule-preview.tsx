import { useQuery } from "@tanstack/react-query";
import { useEffect, useState, type ReactElement } from "react";
import type { ScheduleTrigger } from "../../contract/index.ts";
import { steadyQuery } from "../api/index.ts";
import { useWorkspace } from "../app/index.ts";
import { DateTime, ErrorCard, Notice } from "../kit/index.ts";
import { triggerText } from "./schedule-trigger.ts";
import styles from "./schedules.module.css";

/** Milliseconds without a change before the server is asked. */
const pause = 300;

/** The trigger in words, and its next five times as the server counts them. */
export function SchedulePreview({ trigger }: { readonly trigger: ScheduleTrigger }): ReactElement {
  const workspace = useWorkspace();
  const text = JSON.stringify(trigger);
  const [asked, setAsked] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setAsked(text), pause);
    return () => clearTimeout(timer);
  }, [text]);
  const body = { trigger: JSON.parse(asked) as ScheduleTrigger };
  const { data, error } = useQuery({ ...steadyQuery("previewSchedule", { workspace, body }), staleTime: 0 });
  if (error) return <ErrorCard error={error} />;
  const times = data?.nextTimes ?? [];
  return (
    <Notice tone="info" title={triggerText(trigger)}>
      {times.length > 0 && (
        <ol className={styles.times} aria-label="Next five times">
          {times.map((at) => (
            <li key={at}>
              <DateTime at={at} />
              {"timeZone" in trigger && trigger.timeZone !== undefined && <span>{timeIn(at, trigger.timeZone)}</span>}
            </li>
          ))}
        </ol>
      )}
    </Notice>
  );
}

/** "Mon 3:00 in Europe/Berlin"; nothing for a name that only the server knows. */
function timeIn(at: string, timeZone: string): string {
  try {
    const format = new Intl.DateTimeFormat("en-GB", { timeZone, weekday: "short", hour: "2-digit", minute: "2-digit" });
    return `${format.format(new Date(at))} in ${timeZone}`;
  } catch {
    return "";
  }
}
