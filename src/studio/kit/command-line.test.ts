import { expect, test } from "vitest";
import { apiPath, inWorkspaceOf, restOf, slipwayCommand } from "./command-line.ts";

test("words of a command are quoted where they have to be, and those that are absent left out", () => {
  expect(slipwayCommand(["runs", "why", "it's", false, undefined], "team")).toBe(
    `slipway runs why 'it'\\''s' --workspace team`,
  );
  expect(slipwayCommand(["runs", "list"], "default")).toBe("slipway runs list");
});

test("a request names its thing in its path, whatever the name holds", () => {
  expect(apiPath("team", "models", "a/b c")).toBe("/api/v1/workspaces/team/models/a%2Fb%20c");
  expect(restOf("GET", "team", "models", "bank", "/versions?limit=2")).toEqual({
    method: "GET",
    path: "/api/v1/workspaces/team/models/bank/versions?limit=2",
  });
  expect(restOf("PATCH", "team", "endpoints", "bank", "", { logs: true })).toEqual({
    method: "PATCH",
    path: "/api/v1/workspaces/team/endpoints/bank",
    body: { logs: true },
  });
});

test("a command goes to the workspace of its request, and says so once", () => {
  const commands = "slipway models delete bank --all\nslipway runs list --workspace team\n# a remark";
  expect(inWorkspaceOf(restOf("DELETE", "team", "models", "bank"), commands)).toBe(
    "slipway models delete bank --all --workspace team\nslipway runs list --workspace team\n# a remark",
  );
  expect(inWorkspaceOf(restOf("DELETE", "default", "models", "bank"), commands)).toBe(commands);
  expect(inWorkspaceOf({ method: "GET", path: "/api/v1/me/tokens" }, "slipway tokens list")).toBe(
    "slipway tokens list",
  );
});
