/** POST /labels: what rows that were scored turned out to be, for the data that is collected. */
import { SlipwayError } from "../../base/index.ts";
import { parseJsonBody } from "../../http/index.ts";
import { readLabels } from "../collection/index.ts";
import { answer, type Exchange } from "./exchange.ts";
import type { FrontState } from "./front-state.ts";
import { fail } from "./score.ts";

/** Answers 202 when the labels are in the file. */
export async function takeLabels(state: FrontState, exchange: Exchange, body: Buffer): Promise<void> {
  try {
    if (state.collector === null) throw new SlipwayError("SLW_ENDPOINT_STATE", "This endpoint collects no data.");
    const labels = readLabels(parseJsonBody(body));
    const most = exchange.live.settings.maxRows;
    if (labels.length > most) {
      throw new SlipwayError("SLW_HTTP_ROWS", `The request has ${labels.length} labels; ${most} are taken at a time.`, {
        details: { expected: most, got: labels.length },
      });
    }
    await state.collector.label(labels);
    const accepted = JSON.stringify({ accepted: labels.length });
    answer(exchange, "application/json; charset=utf-8", accepted, [], 202);
  } catch (error) {
    fail(state, exchange, error);
  }
}
