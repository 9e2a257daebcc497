import type { EndpointConfig } from "../config/index.ts";
import type { Front } from "./front.ts";
import type { Tracer } from "./tracer.ts";

/** The traces of a front, which follow its configuration. OpenTelemetry is loaded by the first that has a collector. */
export interface FollowedTracer {
  configure(config: Pick<EndpointConfig, "name" | "otlpEndpoint">): Promise<void>;
  close(): Promise<void>;
}

export function followTracer(front: Pick<Front, "trace">): FollowedTracer {
  let endpoint: string | null = null;
  let tracer: Tracer | null = null;
  const use = (next: Tracer | null): void => {
    // What waits is sent meanwhile.
    void tracer?.close();
    tracer = next;
    front.trace(next);
  };
  return {
    async configure({ name, otlpEndpoint }) {
      if (otlpEndpoint === endpoint) return;
      endpoint = otlpEndpoint;
      if (otlpEndpoint === null) return use(null);
      const { startTracer } = await import("./tracing.ts");
      use(startTracer(otlpEndpoint, name));
    },
    async close() {
      await tracer?.close();
    },
  };
}
