/** What the server knows, and how to change it. */
export { api, openApi } from "./client.ts";
export { useAction, type Action } from "./actions.ts";
export { firstAnswers, takeFirstAnswers, type FirstAnswer } from "./first-answers.ts";
export { onMessage, tell, type Message } from "./messages.ts";
export { call, infinite, query, steadyQuery, type Call, type InputOf, type ResultOf } from "./queries.ts";
export { createQueryClient, isSignedOut } from "./query-client.ts";
export { useEvents, useLive } from "./use-live.ts";
