export { inspectFiles } from "./inspect-files.ts";
