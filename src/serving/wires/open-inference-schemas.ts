/** The schemas of the Open Inference Protocol v2. */

const tensorSchema = {
  type: "object",
  required: ["name", "shape", "datatype", "data"],
  properties: {
    name: { type: "string", description: "The name of a column." },
    shape: { type: "array", description: "[n] or [n, 1].", items: { type: "integer", minimum: 0 } },
    datatype: {
      type: "string",
      enum: [
        "BOOL",
        "BYTES",
        "FP16",
        "FP32",
        "FP64",
        "INT8",
        "INT16",
        "INT32",
        "INT64",
        "UINT8",
        "UINT16",
        "UINT32",
        "UINT64",
      ],
    },
    parameters: { type: "object" },
    data: { type: "array", items: {} },
  },
} as const;

const tensorMetadata = {
  type: "object",
  required: ["name", "datatype", "shape"],
  properties: {
    name: { type: "string" },
    datatype: { type: "string" },
    shape: { type: "array", items: { type: "integer" } },
  },
} as const;

export const openInferenceSchemas = {
  InferenceRequest: {
    type: "object",
    required: ["inputs"],
    additionalProperties: false,
    properties: {
      id: { type: "string", description: "Comes back with the answer." },
      parameters: { type: "object" },
      inputs: { type: "array", description: "One for each column.", items: tensorSchema },
      outputs: {
        type: "array",
        description: 'The one that is wanted: "predict" (or none) or "predict_proba".',
        items: { type: "object", required: ["name"], properties: { name: { type: "string" } } },
      },
    },
  },
  InferenceResponse: {
    type: "object",
    required: ["model_name", "outputs"],
    properties: {
      model_name: { type: "string" },
      model_version: { type: "string" },
      id: { type: "string" },
      outputs: { type: "array", items: tensorSchema },
    },
  },
  ModelMetadata: {
    type: "object",
    required: ["name", "platform", "inputs", "outputs"],
    properties: {
      name: { type: "string" },
      versions: { type: "array", items: { type: "string" } },
      platform: { type: "string" },
      inputs: { type: "array", items: tensorMetadata },
      outputs: { type: "array", items: tensorMetadata },
    },
  },
  InferenceError: { type: "object", required: ["error"], properties: { error: { type: "string" } } },
} as const;
