import { Type, type Static } from "typebox";

const numbers = (description: string) => Type.Array(Type.Number(), { description });
const shares = (description: string) =>
  Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { description, maxItems: 200 });
const area = Type.Number({ minimum: 0, maximum: 1, description: "Area under the whole curve, not only these points." });
const thresholds = Type.Array(Type.Union([Type.Number(), Type.Null()]), {
  description: "The smallest probability that is called positive; null: none is.",
  maxItems: 200,
});
const strict = { additionalProperties: false } as const;
const label = Type.Union([Type.String(), Type.Number()]);

const roc = {
  falsePositiveRate: shares("Rising."),
  truePositiveRate: shares("Recall."),
  area,
};
const precisionRecall = {
  recall: shares("Rising."),
  precision: shares("1 where nothing is called positive."),
  averagePrecision: Type.Number({ minimum: 0, maximum: 1 }),
};
const gain = Type.Object(
  { share: shares("Of the rows, those with the highest probabilities."), gain: shares("Of the positive rows."), area },
  strict,
);
const lift = Type.Object(
  {
    share: shares("Of the rows, those with the highest probabilities."),
    lift: Type.Array(Type.Number({ minimum: 0 }), { description: "gain / share.", maxItems: 200 }),
  },
  strict,
);

/** One class against the rest. At most 200 points a curve. */
const ClassCurves = Type.Object(
  {
    roc: Type.Object({ ...roc, thresholds }, strict),
    precisionRecall: Type.Object({ ...precisionRecall, thresholds }, strict),
    gain,
    lift,
    calibration: Type.Object(
      {
        predicted: shares("Mean probability of each bin."),
        observed: shares("Share of each bin's rows that are positive."),
        weight: numbers("Sum of weights of each bin."),
      },
      { ...strict, description: "10 bins of the probability, the empty ones left out." },
    ),
  },
  strict,
);

const MeanCurves = Type.Object(
  { roc: Type.Object(roc, strict), precisionRecall: Type.Object(precisionRecall, strict), gain, lift },
  strict,
);

/** A table in the shape of Azure ML's charts. */
function azureTable<T extends Type.TProperties, N extends string>(name: N, version: string, data: T) {
  return Type.Object(
    { schema_type: Type.Literal(name), schema_version: Type.Literal(version), data: Type.Object(data, strict) },
    strict,
  );
}

const outcomes = Type.Array(Type.Array(Type.Array(Type.Integer({ minimum: 0 }), { minItems: 4, maxItems: 4 })), {
  description: "For each class, for each threshold: true positives, false positives, true negatives, false negatives.",
});

const ClassificationCharts = Type.Object(
  {
    task: Type.Literal("classification"),
    rows: Type.Integer({ minimum: 1 }),
    labels: Type.Array(label, { description: "The classes, in the order of the probabilities." }),
    confusion_matrix: azureTable("confusion_matrix", "1.0.0", {
      class_labels: Type.Array(Type.String()),
      matrix: Type.Array(numbers("Sums of weights by predicted class."), { description: "A row for each true class." }),
    }),
    accuracy_table: Type.Union([
      azureTable("accuracy_table", "1.0.1", {
        class_labels: Type.Array(Type.String()),
        probability_tables: outcomes,
        percentile_tables: outcomes,
        probability_thresholds: numbers("100 numbers from 0 to 1."),
        percentile_thresholds: numbers("The same percentiles of all probabilities."),
      }),
      Type.Null({ description: "More than 20 classes." }),
    ]),
    classes: Type.Array(
      Type.Object(
        { label, curves: Type.Union([ClassCurves, Type.Null({ description: "The class of no row, or of all." })]) },
        strict,
      ),
      { maxItems: 20, description: "Each class against the rest; of many the 20 most frequent." },
    ),
    micro: Type.Union([ClassCurves, Type.Null()], { description: "Each pair of row and class as a case." }),
    macro: Type.Union([MeanCurves, Type.Null()], { description: "The mean of the classes' curves." }),
  },
  strict,
);

const RegressionCharts = Type.Object(
  {
    task: Type.Literal("regression"),
    rows: Type.Integer({ minimum: 1 }),
    residuals: azureTable("residuals", "1.0.0", {
      bin_edges: numbers("One more than bins, of prediction minus target."),
      bin_counts: numbers("Rows of each bin."),
      mean: Type.Number(),
      stddev: Type.Number({ minimum: 0 }),
      res_count: Type.Integer({ minimum: 1 }),
    }),
    predicted_true: azureTable("predictions", "1.0.0", {
      bin_edges: numbers("Of the target."),
      bin_counts: numbers("Rows of each bin."),
      bin_averages: numbers("Mean prediction of each bin."),
      bin_errors: numbers("Standard deviation of the predictions of each bin."),
    }),
  },
  strict,
);

/** Charts of a model on labelled rows, as data: `slipway evaluate --charts`. */
export const ModelCharts = Type.Union([ClassificationCharts, RegressionCharts], {
  $id: "ModelCharts",
  title: "Charts of a model",
});
export type ModelCharts = Static<typeof ModelCharts>;
