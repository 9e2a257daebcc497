import { metricsUrl, startMetricsExport } from "../../http/index.ts";
import type { EndpointConfig } from "../config/index.ts";
import type { Front } from "./front.ts";
import { createRequestMeter, type RequestMeter } from "./request-meter.ts";
import type { Tracer } from "./tracer.ts";

/** Traces and metrics of a front, which follow its configuration. OpenTelemetry is loaded by the first that has a collector. */
export interface FollowedTelemetry {
  configure(config: Pick<EndpointConfig, "name" | "otlpEndpoint">): Promise<void>;
  close(): Promise<void>;
}

export function followTelemetry(
  front: Pick<Front, "trace" | "measure">,
  env: Readonly<NodeJS.ProcessEnv>,
): FollowedTelemetry {
  const traces = followAddress<Tracer>(front.trace, async (url, name) => {
    const { startTracer } = await import("./tracing.ts");
    return startTracer(url, name);
  });
  const metrics = followAddress<RequestMeter>(front.measure, async (url, name) =>
    createRequestMeter(await startMetricsExport(url, name, env)),
  );
  return {
    async configure({ name, otlpEndpoint }) {
      await Promise.all([traces.configure(otlpEndpoint, name), metrics.configure(metricsUrl(env, otlpEndpoint), name)]);
    },
    async close() {
      await Promise.all([traces.close(), metrics.close()]);
    },
  };
}

interface Followed {
  configure(address: string | null, name: string): Promise<void>;
  close(): Promise<void>;
}

function followAddress<T extends { close(): Promise<void> }>(
  use: (next: T | null) => void,
  start: (address: string, name: string) => Promise<T>,
): Followed {
  let known: string | null = null;
  let current: T | null = null;
  return {
    async configure(address, name) {
      if (address === known) return;
      known = address;
      const next = address === null ? null : await start(address, name);
      // What waits is sent meanwhile.
      void current?.close();
      current = next;
      use(next);
    },
    async close() {
      await current?.close();
    },
  };
}
