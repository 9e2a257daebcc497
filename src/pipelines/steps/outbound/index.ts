export { runHttp } from "./http.ts";
export { runNotify } from "./notify.ts";
