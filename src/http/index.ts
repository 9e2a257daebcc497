export { answerExpectations, createHttpApp, type HttpLimits } from "./app.ts";
export { trackConnections, type Connections } from "./connections.ts";
export { createHostCheck } from "./host.ts";
export { parseJsonBody } from "./json.ts";
export { problemType, toProblem, toSlipwayError, type Problem } from "./problem.ts";
export { refuse } from "./refuse.ts";
export { checkTarget } from "./target.ts";
