/** All endpoints of MLflow's REST API that we have, as one table. */
import { artifactProxyEndpoints } from "./artifact-proxy.ts";
import type { Endpoint } from "./endpoint.ts";
import { experimentEndpoints } from "./experiments.ts";
import { loggedModelEndpoints } from "./logged-models.ts";
import { metricEndpoints } from "./metrics.ts";
import { modelVersionEndpoints } from "./model-versions.ts";
import { registeredModelEndpoints } from "./registered-models.ts";
import { runArtifactEndpoints } from "./run-artifacts.ts";
import { runDataEndpoints } from "./run-data.ts";
import { runEndpoints } from "./runs.ts";
import { webhookEndpoints } from "./webhooks.ts";

export function endpoints(): Endpoint[] {
  return [
    ...experimentEndpoints(),
    ...runEndpoints(),
    ...runDataEndpoints(),
    ...metricEndpoints(),
    ...runArtifactEndpoints(),
    ...artifactProxyEndpoints(),
    ...loggedModelEndpoints(),
    ...registeredModelEndpoints(),
    ...modelVersionEndpoints(),
    ...webhookEndpoints(),
  ];
}
