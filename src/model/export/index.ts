export { exportJavaScript } from "./javascript.ts";
export { exportOnnx } from "./onnx.ts";
