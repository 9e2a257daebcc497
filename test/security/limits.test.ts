/** What one request may ask for (RELIABILITY: 40): pages, bodies, headers and nesting have an end. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { operations, paramNames, type Operation } from "../../src/contract/index.ts";
import { openTwoWorkspaces, type TwoWorkspaces } from "./two-workspaces.ts";

let two: TwoWorkspaces;
beforeAll(async () => {
  two = await openTwoWorkspaces();
});
afterAll(() => two?.close());

async function ask(method: string, path: string, body?: string, headers: Record<string, string> = {}) {
  const response = await fetch(`${two.server.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${two.token}`,
      ...(body !== undefined && { "content-type": "application/json" }),
      ...headers,
    },
    ...(body !== undefined && { body }),
  });
  return { status: response.status, body: await response.text() };
}

const all = Object.entries(operations as Record<string, Operation>);

function pathOf({ path }: Operation): string {
  let filled = path;
  for (const name of paramNames(path)) {
    const value = name === "workspace" ? "a" : (two.names[name] ?? "x");
    filled = filled.replace(`{${name}*}`, encodeURIComponent(value)).replace(`{${name}}`, encodeURIComponent(value));
  }
  return filled;
}

describe("a page", () => {
  const lists = all.filter(([, { query, method }]) => method === "GET" && query?.properties["limit"] !== undefined);

  test("is what every list has", () => {
    expect(lists.length).toBeGreaterThan(12);
    const unlimited = all.filter(
      ([, { result, query }]) =>
        result?.["properties" as never]?.["nextCursor"] !== undefined && query?.properties["limit"] === undefined,
    );
    expect(unlimited.map(([id]) => id)).toEqual([]);
  });

  test.each(lists)("of %s has an end", async (_id, operation) => {
    const { maximum = Infinity } = (operation.query?.properties["limit"] ?? {}) as { maximum?: number };
    expect(maximum).toBeLessThanOrEqual(10_000);
    expect(await ask("GET", `${pathOf(operation)}?limit=${maximum + 1}`)).toMatchObject({ status: 400 });
    for (const limit of ["0", "-1", "1e9", "", "1.5"]) {
      expect(await ask("GET", `${pathOf(operation)}?limit=${limit}`)).toMatchObject({ status: 400 });
    }
  });

  test.each([
    ["POST", "runs/search", { experiment_ids: ["0"], max_results: 50_001 }],
    ["POST", "experiments/search", { max_results: 1_000_001 }],
  ])("of MLflow's %s %s too", async (method, path, body) => {
    const answer = await ask(method, `/workspaces/a/api/2.0/mlflow/${path}`, JSON.stringify(body));
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining("INVALID_PARAMETER_VALUE") as string });
  });
});

describe("a body", () => {
  const large = JSON.stringify({ name: "x".repeat(10 * 2 ** 20) });

  test.each(["/api/v1/workspaces/a/experiments", "/workspaces/a/api/2.0/mlflow/experiments/create"])(
    "of more than 10 MiB is refused by %s",
    async (path) => {
      expect(await ask("POST", path, large)).toMatchObject({ status: 413 });
    },
  );

  test("that is nested deeply is refused or taken as data, and never breaks the server", async () => {
    const nested = `${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}`;
    const { status } = await ask("POST", "/api/v1/workspaces/a/experiments", nested);
    expect(status).toBe(400);
    expect(await ask("GET", "/api/v1/status")).toMatchObject({ status: 200 });
  });

  test("with more entries than a batch takes is refused", async () => {
    const metrics = Array.from({ length: 200_000 }, (_, step) => ({ key: "m", value: 1, step }));
    const path = `/api/v1/workspaces/a/runs/${two.names["run"]}/log`;
    expect(await ask("POST", path, JSON.stringify({ metrics }))).toMatchObject({ status: 400 });
  });
});

test("headers of more than 16 KiB are refused", async () => {
  expect(await ask("GET", "/api/v1/me", undefined, { "x-long": "x".repeat(17_000) })).toMatchObject({ status: 431 });
});
