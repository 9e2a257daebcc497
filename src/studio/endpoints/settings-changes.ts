/** What was changed in the settings: as the body of an update, and as the command. */
import type { EndpointDetails } from "../../contract/index.ts";

/** What the form changes. */
export type Settings = EndpointDetails["settings"];
export interface SettingsDraft extends Settings {
  readonly description: string;
  readonly computeType: EndpointDetails["computeType"];
  readonly authMode: EndpointDetails["authMode"];
}

type Body = Readonly<Record<string, unknown>>;

export function draftOf({ settings, description, computeType, authMode }: EndpointDetails): SettingsDraft {
  return { ...settings, description, computeType, authMode };
}

/** @returns only what differs; null where nothing does */
export function changesOf(before: SettingsDraft, after: SettingsDraft): Body | null {
  const { description, computeType, authMode, ...settings } = after;
  const own = differences(before as unknown as Body, { description, computeType, authMode });
  const inSettings = differences(before as unknown as Body, settings as unknown as Body);
  const body = { ...own, ...(Object.keys(inSettings).length > 0 && { settings: inSettings }) };
  return Object.keys(body).length > 0 ? body : null;
}

function differences(before: Body, after: Body): Body {
  const changed = Object.entries(after).flatMap(([name, value]): [string, unknown][] => {
    const was = before[name];
    if (JSON.stringify(value) === JSON.stringify(was)) return [];
    return isObject(value) && isObject(was) ? [[name, differences(was, value)]] : [[name, value]];
  });
  return Object.fromEntries(changed);
}

function isObject(value: unknown): value is Body {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Words = (value: never, after: SettingsDraft) => string;
const onOff = (value: boolean): string => (value ? "on" : "off");
const orNone = (value: number | null): string => (value === null ? "none" : String(value));

/** Options of `slipway endpoints update`, by the field that they change. */
const options: Readonly<Record<string, readonly [option: string, words: Words]>> = {
  description: ["description", (value: string) => quoted(value)],
  authMode: ["auth", (value: string) => value],
  replicas: ["replicas", (value: number) => String(value)],
  autoscale: [
    "autoscale",
    (_, { autoscale }) => (autoscale.enabled ? `${autoscale.minReplicas}-${autoscale.maxReplicas}` : "off"),
  ],
  appInsights: ["app-insights", onOff],
  dataCollection: [
    "collect-data",
    (_, { dataCollection }) => (dataCollection.enabled ? String(dataCollection.samplingRate) : "off"),
  ],
  maxRows: ["max-rows", (value: number) => String(value)],
  bodyBytes: ["max-body", (value: number) => `${value}B`],
  scoringTimeoutMs: ["timeout", (value: number) => String(value)],
  maxConcurrentRequests: ["max-concurrent", (value: number) => String(value)],
  memoryBytes: ["memory", (value: number | null) => (value === null ? "none" : `${value}B`)],
  cpuCores: ["cpu", orNone],
  unknownColumns: ["unknown-columns", (value: string) => value],
  missingColumns: ["missing-columns", (value: string) => value],
  unknownCategories: ["unknown-categories", (value: string) => value],
  resultAsString: ["azure-answers", onOff],
  corsOrigins: ["cors", (value: readonly string[]) => quoted(value.join(","))],
};

/** The command; null where what was changed has no option of it. */
export function updateCommand(endpoint: string, changes: Body, after: SettingsDraft): string | null {
  const { settings, ...own } = changes;
  const changed = Object.entries({ ...own, ...(settings as Body | undefined) });
  const words = changed.flatMap(([name, value]) => {
    const option = options[name];
    return option === undefined
      ? []
      : [`--${option[0]} ${(option[1] as (value: unknown, after: SettingsDraft) => string)(value, after)}`];
  });
  return words.length === 0 ? null : [`slipway endpoints update ${endpoint}`, ...words].join(" ");
}

function quoted(text: string): string {
  return /^[\w./:,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
