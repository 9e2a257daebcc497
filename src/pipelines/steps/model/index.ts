export { automlRequest, type AutoMLRequest } from "./automl-request.ts";
export { runDeploy } from "./deploy.ts";
export { runEvaluate } from "./evaluate.ts";
export { outputsOfAutoML, outputsOfBatch } from "./outputs.ts";
export { runRegister } from "./register.ts";
