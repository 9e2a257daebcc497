/** A notify step: a CloudEvent to a URL, or by a registered webhook, signed, and tried again, as all that it sends. */
import { SlipwayError } from "../../../base/index.ts";
import { loadDatastores } from "../../../data/index.ts";
import { eventSource, findWebhook, notificationType, toCloudEvent } from "../../../registry/index.ts";
import { fetchOutbound, recordEvent } from "../../../store/index.ts";
import type { NotifyStep } from "../../../definition/index.ts";
import type { StepContext, StepHandler, StepResult } from "../types.ts";
import { timeoutOf } from "./timeout.ts";

/**
 * To a webhook the step has done its part when the event is stored: the server delivers it, for a day if need be, and
 * `slipway webhooks deliveries NAME` shows how. To a URL it is sent once a try.
 * @throws SLW_WEBHOOK_UNKNOWN, SLW_STEP_OPTION for one that is disabled, SLW_OUTBOUND_*, SLW_STEP_HTTP
 */
export const runNotify: StepHandler = async (context) => {
  const { to } = context.spec.step as NotifyStep;
  return /^[a-z][a-z0-9+.-]*:/i.test(to) ? notifyUrl(context) : notifyWebhook(context, to);
};

function eventOf({ spec, job }: StepContext) {
  const { message } = spec.step as NotifyStep;
  return {
    workspaceId: job.workspaceId,
    type: notificationType,
    subject: `run/${spec.pipelineRun}`,
    data: { message, run: spec.pipelineRun, step: spec.name, by: job.actor.userName },
  };
}

async function notifyWebhook(context: StepContext, webhook: string): Promise<StepResult> {
  const { state, disabledReason } = await findWebhook(context.database, {
    workspaceId: context.job.workspaceId,
    webhook,
  });
  if (state === "disabled") {
    throw new SlipwayError("SLW_STEP_OPTION", `to: the webhook "${webhook}" is disabled: ${disabledReason ?? ""}`, {
      fix: `Enable it with \`slipway webhooks update ${webhook} --state active\`, or notify another.`,
      details: { option: "to", webhook },
    });
  }
  const event = eventOf(context);
  await context.write(`the webhook "${webhook}" is told`);
  return {
    outputs: {},
    last: (trx) => recordEvent(trx, { ...event, data: { ...event.data, webhook } }),
  };
}

async function notifyUrl(context: StepContext): Promise<StepResult> {
  const { spec, job, database, signal } = context;
  const step = spec.step as NotifyStep;
  const { readReach } = await loadDatastores();
  const source = await eventSource(database, job.workspaceId);
  // The same however often the step is tried.
  const cursor = `${spec.pipelineRun}-${spec.name}`;
  const event = toCloudEvent({ ...eventOf(context), cursor, seq: 0, at: job.queuedAt }, { source });
  const timeout = timeoutOf(step);
  const answer = await fetchOutbound(step.to, {
    method: "POST",
    headers: { "content-type": "application/cloudevents+json; charset=utf-8", "user-agent": "slipway" },
    body: JSON.stringify(event),
    allow: readReach().origins,
    maxBytes: 1024,
    timeout,
    silence: timeout,
    // Whoever is there has not been agreed on.
    followRedirects: false,
    signal,
  });
  answer.body.destroy();
  const { origin } = new URL(answer.url);
  await context.write(`${origin} answered ${answer.status}`);
  if (answer.status >= 200 && answer.status <= 299) return { outputs: {} };
  throw new SlipwayError("SLW_STEP_HTTP", `${origin} answered ${answer.status}, not 200 to 299.`, {
    details: { origin, status: answer.status },
  });
}
