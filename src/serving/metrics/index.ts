export { createRecorder, type RequestRecorder } from "./recorder.ts";
