export { createCollector, type CollectedRequest, type Collector, type CollectorConfig } from "./collector.ts";
export { readLabels } from "./read-labels.ts";
export type { CollectedHeader, InputsLine, LabelsLine } from "./spool-format.ts";
