/** What states and errors read as. */
import { expect, test } from "vitest";
import { ApiError, type Problem } from "../../contract/index.ts";
import { errorText } from "./error-text.ts";
import { sentenceCase, statusLook } from "./status.ts";

test.each([
  ["RUNNING", "info", "Running"],
  ["FINISHED", "ok", "Finished"],
  ["FAILED", "fail", "Failed"],
  ["KILLED", "neutral", "Cancelled"],
  ["NotStarted", "neutral", "Not started"],
  ["Healthy", "ok", "Healthy"],
  ["PENDING_REGISTRATION", "info", "Registering"],
  ["anythingElse", "neutral", "Anything else"],
  ["constructor", "neutral", "Constructor"],
])("%s looks %s and reads %s", (status, tone, label) => {
  expect(statusLook(status)).toMatchObject({ tone, label });
});

test("words of states are written as sentences", () => {
  expect(sentenceCase("FAILED_REGISTRATION")).toBe("Failed registration");
  expect(sentenceCase("")).toBe("");
});

const problem: Problem = {
  type: "about:blank",
  status: 409,
  code: "SLW_MODEL_IN_USE",
  title: "The model is in use",
  detail: "Version 3 is deployed.",
  fix: "Remove the deployment.",
  details: { requestId: "0197" },
};

test("a problem says what, why, the way out, its code and its request", () => {
  expect(errorText(new ApiError(409, problem))).toEqual({
    title: problem.title,
    detail: problem.detail,
    fix: problem.fix,
    code: problem.code,
    requestId: "0197",
  });
  expect(errorText(new ApiError(500, { ...problem, fix: "", details: {} }))).toMatchObject({
    fix: null,
    requestId: null,
  });
});

test("other errors are put in plain words", async () => {
  const refused = await fetch("http://127.0.0.1:1").catch((error: unknown) => error);
  expect(errorText(refused).title).toBe("The server cannot be reached");
  expect(errorText(new ApiError(502, null)).detail).toContain("502");
  expect(errorText(new TypeError("x is not a function"))).toMatchObject({ detail: "x is not a function" });
  expect(errorText("odd").detail).toBe("odd");
});
