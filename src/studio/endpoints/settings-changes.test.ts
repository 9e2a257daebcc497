import { expect, test } from "vitest";
import { changesOf, updateCommand, type SettingsDraft } from "./settings-changes.ts";

const before: SettingsDraft = {
  description: "",
  computeType: "quick",
  authMode: "key",
  replicas: 1,
  autoscale: { enabled: false, minReplicas: 1, maxReplicas: 10, refreshSeconds: 1, targetUtilization: 70 },
  bodyBytes: 10_485_760,
  maxRows: 10_000,
  explainedRows: 100,
  scoringTimeoutMs: 60_000,
  maxConcurrentRequests: 1000,
  cpuCores: null,
  memoryBytes: 2 ** 29,
  unknownColumns: "ignore",
  missingColumns: "refuse",
  unknownCategories: "refuse",
  resultAsString: false,
  corsOrigins: ["*"],
  appInsights: false,
  dataCollection: { enabled: false, samplingRate: 1 },
};

test.each<[Partial<SettingsDraft>, object | null, string | null]>([
  [{}, null, null],
  [{ appInsights: true }, { settings: { appInsights: true } }, "slipway endpoints update bank --app-insights on"],
  [
    { description: "Who's in" },
    { description: "Who's in" },
    "slipway endpoints update bank --description 'Who'\\''s in'",
  ],
  [
    { autoscale: { ...before.autoscale, enabled: true, maxReplicas: 4 } },
    { settings: { autoscale: { enabled: true, maxReplicas: 4 } } },
    "slipway endpoints update bank --autoscale 1-4",
  ],
  [{ memoryBytes: null }, { settings: { memoryBytes: null } }, "slipway endpoints update bank --memory none"],
  [
    { authMode: "token", corsOrigins: ["https://a.example", "https://b.example"] },
    { authMode: "token", settings: { corsOrigins: ["https://a.example", "https://b.example"] } },
    "slipway endpoints update bank --auth token --cors https://a.example,https://b.example",
  ],
  [{ explainedRows: 5 }, { settings: { explainedRows: 5 } }, null],
])("%j", (changes, body, command) => {
  const after = { ...before, ...changes };
  const found = changesOf(before, after);
  expect(found).toEqual(body);
  if (found !== null) expect(updateCommand("bank", found as Record<string, unknown>, after)).toBe(command);
});
