/** Whom a page is drawn for: in a browser for itself; on the server for what the browser has said of itself. */
export { assumedViewer, assumeViewer, onViewerKnown, serverOrigin } from "./assumed.ts";
export { rememberViewer } from "./remembered.ts";
export { type Theme, type Viewer } from "./types.ts";
