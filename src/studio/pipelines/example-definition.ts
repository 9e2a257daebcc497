/** What the page of a new pipeline begins with: short, and complete. */
export const exampleDefinition = `name: retrain
description: Trains on the newest data, and registers what is better.
parameters:
  data: {type: dataset, default: bank}
  metric: {type: enum, values: [AUC_weighted, accuracy], default: AUC_weighted}
  time_limit: {type: number, default: 60, description: Seconds of training.}
steps:
  check:
    type: data_check
    data: \${{ parameters.data }}
    checks:
      - {check: row_count, min: 1000}
      - {check: nulls, columns: [y]}
  train:
    type: automl
    needs: [check]
    data: \${{ parameters.data }}
    options:
      target: y
      metric: \${{ parameters.metric }}
      time_limit: \${{ parameters.time_limit }}
  evaluate:
    type: evaluate
    model: \${{ steps.train.outputs.model }}
    data: \${{ parameters.data }}
    against: bank@production
  register:
    type: register
    needs: [evaluate]
    model: \${{ steps.train.outputs.model }}
    name: bank
    alias: production
outputs:
  version: \${{ steps.register.outputs.number }}
`;
