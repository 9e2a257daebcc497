export { readModel, writeModel } from "./file.ts";
export { decodeModel, encodeModel } from "./format.ts";
export { learnerOutputs, outputWidth, predictions, score } from "./predict.ts";
export { readRecords, type RecordWarning, type Records } from "./records.ts";
export { featureRows, featureValues } from "./transform.ts";
export type * from "./types.ts";
