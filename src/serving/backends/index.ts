import { openMlflowBackend } from "./mlflow.ts";
import { openOnnxBackend } from "./onnx.ts";
import { openSlipwayBackend } from "./slipway.ts";
import type { BackendOpener } from "./types.ts";

export { createSlipwayBackend } from "./slipway.ts";
export { ensureEnvironment, preparePython, type NewEnvironment } from "./python/environment.ts";
export { defaultSettings } from "../config/index.ts";
export type * from "./types.ts";

/** The backend of a model, by its kind. */
export const openBackend: BackendOpener = (options) => {
  switch (options.model.kind) {
    case "slipway":
      return openSlipwayBackend(options);
    case "onnx":
      return openOnnxBackend(options);
    case "mlflow":
      return openMlflowBackend(options);
  }
};
