import { checkTrigger } from "./check-trigger.ts";
import { slotsBetween } from "./slots.ts";
import { isTimeTrigger, type Trigger } from "./types.ts";

const shown = 5;

/**
 * The next five times of a trigger that is not stored yet; none for one that waits for data or events.
 * @param now from where a recurrence without a start counts
 * @throws SLW_SCHEDULE_TRIGGER naming the field
 */
export function previewTrigger(trigger: Trigger, now: Date): Date[] {
  checkTrigger(trigger, now);
  return isTimeTrigger(trigger) ? slotsBetween(trigger, { after: now, until: null, most: shown }, now) : [];
}
