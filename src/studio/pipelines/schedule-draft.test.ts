import { expect, test } from "vitest";
import type { Schedule } from "../../contract/index.ts";
import { parseSchedule, scheduleDraftOf } from "./schedule-draft.ts";

const parameters = { data: { type: "dataset" }, rate: { type: "number", default: 1 } } as const;

const schedule: Schedule = {
  id: "1",
  name: "nightly",
  description: "Each night.",
  pipeline: "retrain",
  version: null,
  trigger: { kind: "cron", expression: "0 3 * * *", timeZone: "UTC" },
  parameters: { data: "bank", rate: 2, gone: 1 },
  experiment: "nights",
  missed: "all",
  paused: false,
  nextAt: null,
  nextTimes: [],
  problem: null,
  createdBy: "admin",
  createdAt: "2026-01-01T00:00:00.000Z",
  updatedAt: "2026-01-01T00:00:00.000Z",
};

test("what is not changed is sent as it was; a parameter that is gone is not", () => {
  const { problems, request, words } = parseSchedule(scheduleDraftOf(schedule, parameters, "UTC"), parameters);
  expect(problems).toEqual({ trigger: {}, parameters: {} });
  expect(request).toEqual({
    name: "nightly",
    trigger: schedule.trigger,
    parameters: { data: "bank", rate: 2 },
    missed: "all",
    description: "Each night.",
    experiment: "nights",
  });
  expect(words.join(" ")).toBe(
    "--cron 0 3 * * * --time-zone UTC --parameter data=bank --parameter rate=2 --missed all --experiment nights --description Each night.",
  );
});

test("a new one says all that is missing", () => {
  const { problems, request } = parseSchedule(
    { ...scheduleDraftOf(undefined, parameters, "UTC"), name: "-a" },
    parameters,
  );
  expect(request).toBeNull();
  expect(Object.keys(problems.parameters)).toEqual(["data"]);
  expect(problems.name).toMatch(/^Letters/);
});

test("the parameter that gets what is new need not be given", () => {
  const draft = scheduleDraftOf(undefined, parameters, "UTC");
  const trigger = { ...draft.trigger, kind: "dataset", dataset: "bank", parameter: "data" } as const;
  expect(parseSchedule({ ...draft, name: "a", trigger, paused: true }, parameters).request).toEqual({
    name: "a",
    trigger: { kind: "data", dataset: "bank", parameter: "data" },
    parameters: {},
    missed: "latest",
    description: "",
    paused: true,
  });
});
