/** An http step: one call of somebody else's service. */
import { performance } from "node:perf_hooks";
import { SlipwayError } from "../../../base/index.ts";
import { loadDatastores } from "../../../data/index.ts";
import { fetchOutbound } from "../../../store/index.ts";
import type { HttpStep, Template } from "../../../definition/index.ts";
import type { StepContext, StepHandler } from "../types.ts";
import { readHeaders } from "./headers.ts";
import { keptBytes, readAnswer, valueOf, type AnswerBody } from "./read-answer.ts";
import { timeoutOf } from "./timeout.ts";

/**
 * Only public addresses, and origins that the server's operator allows (SLIPWAY_OUTBOUND_ALLOW). Neither the log nor an
 * error has headers, or more of the URL than its origin.
 * Outputs: status, body (JSON that is one value or a list of such; otherwise text; the first 64 KiB).
 * @throws SLW_STEP_OPTION, SLW_OUTBOUND_*, SLW_STEP_HTTP for a status that was not expected
 */
export const runHttp: StepHandler = async (context) => {
  const step = context.spec.step as HttpStep;
  const start = performance.now();
  const { origin, method, status, contentType, answer } = await call(context, step);
  const milliseconds = Math.round(performance.now() - start);
  const size = answer.cut
    ? `more than ${keptBytes} bytes, of which the first are kept`
    : `${answer.text.length} characters`;
  await context.write(`${method} ${origin}: ${status}, ${size}, ${milliseconds} ms`);
  if (!isExpected(status, step.expect)) {
    await context.write(answer.text.slice(0, 2_000));
    throw new SlipwayError("SLW_STEP_HTTP", `${method} ${origin} answered ${status}, not ${expected(step.expect)}.`, {
      details: { origin, status },
    });
  }
  return { outputs: { status: { type: "value", value: status }, body: valueOf(answer, contentType) } };
};

interface Answered {
  readonly origin: string;
  readonly method: string;
  readonly status: number;
  readonly contentType: string;
  readonly answer: AnswerBody;
}

async function call({ spec, signal }: StepContext, step: HttpStep): Promise<Answered> {
  const { readReach } = await loadDatastores();
  const body = bodyOf(step.body);
  const method = step.method ?? (body === null ? "GET" : "POST");
  const timeout = timeoutOf(step);
  const {
    status,
    headers,
    url,
    body: stream,
  } = await fetchOutbound(step.url, {
    method,
    headers: {
      "user-agent": "slipway",
      // The same however often the step is tried, so that the other side does it once.
      "idempotency-key": `${spec.pipelineRun}-${encodeURIComponent(spec.name)}`,
      ...(body !== null && { "content-type": body.type }),
      ...readHeaders(step.headers ?? {}),
    },
    ...(body !== null && { body: body.text }),
    allow: readReach().origins,
    // More is not an error, but left unread.
    maxBytes: Infinity,
    timeout,
    silence: timeout,
    // What changes something is not sent to somebody else, nor as another method.
    followRedirects: method === "GET",
    signal,
  });
  const answer = await readAnswer(stream);
  return { origin: new URL(url).origin, method, status, contentType: headers["content-type"] ?? "", answer };
}

function bodyOf(body: Template | undefined): { readonly text: string; readonly type: string } | null {
  if (body === undefined || body === null) return null;
  if (typeof body === "string") return { text: body, type: "text/plain; charset=utf-8" };
  return { text: JSON.stringify(body), type: "application/json" };
}

function isExpected(status: number, expect: HttpStep["expect"]): boolean {
  return expect === undefined ? status >= 200 && status <= 299 : expect.includes(status);
}

function expected(expect: HttpStep["expect"]): string {
  return expect === undefined ? "200 to 299" : expect.join(" or ");
}
