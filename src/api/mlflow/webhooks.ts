/** MLflow's webhooks: refused by name. Ours deliver CloudEvents with a signature of their own, which its clients cannot verify. */
import { SlipwayError } from "../../base/index.ts";
import { endpoint, type Answer, type Endpoint } from "./endpoint.ts";

export function webhookEndpoints(): Endpoint[] {
  return [
    endpoint("POST", "/mlflow/webhooks", "contributor", {}, refuse),
    endpoint("GET", "/mlflow/webhooks", "reader", {}, refuse),
    endpoint("GET", "/mlflow/webhooks/{webhook_id}", "reader", {}, refuse),
    endpoint("PATCH", "/mlflow/webhooks/{webhook_id}", "contributor", {}, refuse),
    endpoint("DELETE", "/mlflow/webhooks/{webhook_id}", "contributor", {}, refuse),
    endpoint("POST", "/mlflow/webhooks/{webhook_id}/test", "contributor", {}, refuse),
  ];
}

function refuse(): Promise<Answer> {
  throw new SlipwayError(
    "SLW_MLFLOW_WEBHOOKS",
    "MLflow's webhooks are not implemented. Create a webhook of Slipway instead: POST /api/v1/workspaces/WORKSPACE/webhooks.",
  );
}
