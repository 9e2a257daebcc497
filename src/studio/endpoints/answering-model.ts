import type { Deployment, EndpointDetails } from "../../contract/index.ts";

/** The version that answers most requests, or those of the deployment that is named; null where none is deployed. */
export function answeringModel(
  deployments: readonly Pick<Deployment, "name" | "traffic" | "model">[],
  deployment?: string,
): { readonly model: string; readonly version: string } | null {
  const named = deployments.find(({ name }) => name === deployment);
  const found = named ?? deployments.toSorted((a, b) => b.traffic - a.traffic)[0];
  return found === undefined ? null : { model: found.model.name, version: String(found.model.version) };
}

/** Whether something answers: of an endpoint that does not, examples and tests are refused. */
export function isAnswering({ state, deployments }: Pick<EndpointDetails, "state" | "deployments">): boolean {
  return state !== "Stopped" && deployments.some((deployment) => deployment.state === "Healthy");
}
