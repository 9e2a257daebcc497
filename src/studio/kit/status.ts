/** What every state's word means to the eye: a tone, a picture and how it is written. */
import type { IconName } from "./icon.tsx";

export type Tone = "ok" | "warn" | "fail" | "info" | "neutral";

export interface StatusLook {
  readonly tone: Tone;
  /** "spinner": work is under way. */
  readonly icon: IconName | "spinner";
  readonly label: string;
}

type Look = readonly [tone: Tone, icon: StatusLook["icon"], label?: string];

const done: Look = ["ok", "check"];
const running: Look = ["info", "spinner"];
const waiting: Look = ["neutral", "clock"];
const failed: Look = ["fail", "x"];
const stopped: Look = ["neutral", "stop"];

const looks: Readonly<Record<string, Look>> = {
  // Runs, steps and jobs.
  QUEUED: waiting,
  SCHEDULED: waiting,
  NOTSTARTED: ["neutral", "clock", "Not started"],
  WAITING: waiting,
  PENDING: waiting,
  RUNNING: running,
  STARTING: running,
  PREPARING: running,
  FINISHED: done,
  COMPLETED: done,
  SUCCEEDED: done,
  FIRED: done,
  FAILED: failed,
  KILLED: ["neutral", "stop", "Cancelled"],
  CANCELED: ["neutral", "stop", "Cancelled"],
  CANCELLED: ["neutral", "stop", "Cancelled"],
  CANCELLING: ["warn", "spinner"],
  SKIPPED: ["neutral", "skip"],
  REUSED: ["ok", "copy"],
  CACHED: ["ok", "copy", "Reused"],
  // Endpoints and deployments.
  HEALTHY: done,
  UNHEALTHY: ["warn", "alert"],
  TRANSITIONING: running,
  STOPPED: stopped,
  // Pipelines, schedules, users, tokens, models.
  ACTIVE: done,
  ENABLED: done,
  DISABLED: ["neutral", "pause"],
  READY: done,
  PENDING_REGISTRATION: ["info", "spinner", "Registering"],
  FAILED_REGISTRATION: ["fail", "x", "Registration failed"],
  STALE: ["warn", "alert"],
  ARCHIVED: ["neutral", "archive"],
  DELETED: ["neutral", "trash"],
  STAGING: ["info", "circle"],
  PRODUCTION: ["ok", "check"],
  NONE: ["neutral", "dashed"],
  // Workers.
  IDLE: ["ok", "circle"],
  BUSY: running,
  SILENT: ["warn", "alert"],
  DRAINING: ["warn", "spinner"],
};

/** The look of a state; a word that is not known is shown as it is, in sentence case and without a colour. */
export function statusLook(status: string): StatusLook {
  const look = looks[status.toUpperCase()] ?? (["neutral", "circle"] as const);
  return { tone: look[0], icon: look[1], label: look[2] ?? sentenceCase(status) };
}

/** "PENDING_REGISTRATION" and "PendingRegistration" as "Pending registration". */
export function sentenceCase(word: string): string {
  const spaced = word
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .trim()
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
