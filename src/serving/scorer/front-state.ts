import type { Collector } from "../collection/index.ts";
import type { RequestRecorder } from "../metrics/index.ts";
import type { Lifecycle } from "./exchange.ts";
import type { Live } from "./live.ts";
import type { MirrorQueue } from "./mirror-queue.ts";
import type { BodyBudget } from "./read-body.ts";
import type { RequestMeter } from "./request-meter.ts";
import type { Tracer } from "./tracer.ts";

/** What the requests of one front share. */
export interface FrontState {
  live: Live;
  tracer: Tracer | null;
  meter: RequestMeter | null;
  /** Requests that are being scored and answered later. */
  working: number;
  readonly lifecycle: Lifecycle;
  readonly recorder: RequestRecorder;
  readonly collector: Pick<Collector, "collect" | "label"> | null;
  readonly mirrorQueue: MirrorQueue;
  readonly bodies: BodyBudget;
  readonly isOurHost: (host: string) => boolean;
  readonly nextRequestId: () => string;
  /** Told of what should never happen. */
  readonly reportFault: (error: unknown, requestId: string) => void;
}
