export { createCollectedDataset } from "./collected-dataset.ts";
export { listCollectedFiles, type CollectedFile } from "./collected-files.ts";
export { startCollection, type Collection } from "./start-collection.ts";
