export { countRunning, stopAll } from "./all-endpoints.ts";
export { listEndpoints } from "./change-endpoint.ts";
export { createController } from "./controller.ts";
export { requestDeployment, removeDeployment, withdrawDeployment } from "./create-deployment.ts";
export { wantEndpoint } from "./create-endpoint.ts";
export { examplesOf, swaggerOf } from "./examples-of.ts";
export { openKeeper, type EndpointKeeper } from "./keeper.ts";
export { readKeys, openKeys, type EndpointKey } from "./keys.ts";
export {
  createDeployment,
  createEndpoint,
  deleteDeployment,
  deleteEndpoint,
  regenerateKey,
  rollBackEndpoint,
  shareTraffic,
  startEndpoint,
  stopEndpoint,
  updateEndpoint,
} from "./operations.ts";
export { findEndpoint } from "./rows.ts";
export { sendTest } from "./send-test.ts";
export { stageModel } from "./stage-model.ts";
export { createToken } from "./token.ts";
export type { Deployment, Endpoint as DeployedEndpoint } from "./types.ts";
