import { expect, test } from "vitest";
import { addressesOf } from "./addresses.ts";

test("every operation of the document, in its order", () => {
  const paths = {
    "/score": { post: { description: "Scores rows." } },
    "/": { get: { summary: "Up." }, parameters: [] },
  };
  expect(addressesOf({ openapi: "3.0.3", paths })).toEqual([
    { method: "POST", path: "/score", description: "Scores rows." },
    { method: "GET", path: "/", description: "Up." },
  ]);
});

test("nothing where there is none yet", () => {
  expect(addressesOf(undefined)).toEqual([]);
  expect(addressesOf({})).toEqual([]);
});
