/** What bodies without a place for it ask for by the address: `?method=predict_proba&explain=true`. */
import { SlipwayError } from "../../base/index.ts";
import type { RowsToScore } from "../backends/types.ts";
import { malformed, readMethod } from "./parts.ts";
import type { WireRequest } from "./types.ts";

export interface Asked extends Pick<RowsToScore, "method" | "explain"> {}

const nothing: Asked = { method: "predict", explain: false };

/** Other names are not ours: addresses get them from proxies and pages. @throws SLW_SCORE_METHOD, SLW_SCORE_DATA */
export function readQuery({ query }: Pick<WireRequest, "query">): Asked {
  if (query === "") return nothing;
  const parameters = new URLSearchParams(query);
  const explain = single(parameters, "explain");
  if (explain !== undefined && explain !== "true" && explain !== "false") {
    throw malformed("The query's explain", "true or false", explain);
  }
  return { method: readMethod(single(parameters, "method"), "The query's method"), explain: explain === "true" };
}

function single(parameters: URLSearchParams, name: string): string | undefined {
  const [value, ...more] = parameters.getAll(name);
  if (more.length === 0) return value;
  throw new SlipwayError("SLW_SCORE_DATA", `The query: ${name} is there ${more.length + 1} times.`, {
    fix: `Send ${name} once.`,
    details: { path: "", expected: 1, got: more.length + 1 },
  });
}
