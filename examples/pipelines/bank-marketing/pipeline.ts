/** pipeline.yaml as a TypeScript module: the compiler sees the fields of each step, and the names of steps in `needs`. */
import { definePipeline, outputsOf } from "slipway/pipeline";

const train = outputsOf("train", "automl");
const evaluate = outputsOf("evaluate", "evaluate");
const register = outputsOf("register", "register");
const deploy = outputsOf("deploy", "deploy");

export const pipeline = definePipeline({
  name: "bank-marketing",
  description: "Trains on Bank Marketing, and deploys what is better than the model in production.",
  parameters: {
    data: { type: "dataset", default: "bank" },
    target: { type: "string", default: "y" },
    metric: {
      type: "enum",
      values: [
        "AUC_weighted",
        "accuracy",
        "norm_macro_recall",
        "average_precision_score_weighted",
        "precision_score_weighted",
      ],
      default: "AUC_weighted",
    },
    time_limit: { type: "number", description: "Seconds.", default: 60 },
    blocked_models: { type: "list", default: ["KNN", "LinearSVM"] },
    endpoint: { type: "string", default: "bank" },
  },
  steps: {
    check: {
      type: "data_check",
      data: "${{ parameters.data }}",
      checks: [
        {
          check: "columns",
          columns: { age: "numeric", job: "string", duration: "numeric", euribor3m: "numeric", y: "string" },
          allow_others: true,
        },
        { check: "row_count", min: 1000 },
        { check: "nulls", columns: ["age", "job", "y"], max_share: 0 },
        { check: "range", columns: ["age"], min: 17, max: 120 },
        { check: "allowed_values", column: "y", values: ["yes", "no"] },
      ],
    },
    train: {
      type: "automl",
      needs: ["check"],
      data: "${{ parameters.data }}",
      options: {
        target: "${{ parameters.target }}",
        metric: "${{ parameters.metric }}",
        time_limit: "${{ parameters.time_limit }}",
        blocked: "${{ parameters.blocked_models }}",
        test_size: 0.1,
      },
    },
    evaluate: {
      type: "evaluate",
      model: train.model,
      data: "${{ parameters.data }}",
      against: "bank@production",
      metric: "${{ parameters.metric }}",
    },
    register: { type: "register", needs: ["evaluate"], model: train.model, name: "bank", alias: "production" },
    deploy: { type: "deploy", endpoint: "${{ parameters.endpoint }}", model: register.version },
  },
  outputs: { value: evaluate.value, version: register.number, scoring_uri: deploy.scoring_uri },
});
