import { describe, expect, it } from "vitest";
import { learningAlgorithms } from "./learners/index.ts";
import { chooseAlgorithms, leaderboardName, nearestNotes } from "./names.ts";

const namesOf = (task: "classification" | "regression"): string[] =>
  Object.values(learningAlgorithms)
    .filter(({ tasks }) => tasks.includes(task))
    .map(({ name }) => name);
const classification = namesOf("classification");
const regression = namesOf("regression");
const without = (names: string[], ...blocked: string[]): string[] => names.filter((name) => !blocked.includes(name));

describe("chooseAlgorithms", () => {
  it.each([
    ["classification", undefined, undefined, classification],
    ["regression", undefined, undefined, regression],
    ["classification", ["LightGBM"], undefined, ["GradientBoosting"]],
    ["classification", ["xgboostclassifier", "LIGHTGBM"], undefined, ["GradientBoosting"]],
    ["regression", ["XGBoostRegressor", "ElasticNet"], undefined, ["GradientBoosting", "ElasticNet"]],
    [
      "classification",
      undefined,
      ["lightgbm", "randomforest"],
      without(classification, "GradientBoosting", "RandomForest"),
    ],
    ["regression", ["RandomForest", "ElasticNet", "LogisticRegression"], ["RandomForest"], ["ElasticNet"]],
    ["classification", ["SVM", "sgd"], undefined, ["LogisticRegression", "LinearSVM"]],
    ["regression", ["SGD", "LassoLars"], undefined, ["ElasticNet"]],
    ["classification", ["SVM", "KNN"], ["LinearSVM"], ["KNN"]],
    ["classification", undefined, ["SVM", "SGD"], classification],
  ])("%s, allowed %j, blocked %j", (task, allowed, blocked, expected) => {
    expect(chooseAlgorithms(task as "classification" | "regression", allowed, blocked)).toEqual(expected);
  });

  it.each([
    ["classification", ["ElasticNet"], undefined],
    ["regression", ["RandomForest"], ["RandomForest"]],
    ["regression", [], undefined],
    ["classification", undefined, classification],
    ["classification", ["SVN"], undefined],
    ["classification", undefined, [""]],
    ["classification", ["__proto__"], undefined],
    ["classification", undefined, ["constructor"]],
  ] as const)("%s, allowed %j, blocked %j: refused by code", (task, allowed, blocked) => {
    const refused = expect.objectContaining({ code: "SLW_AUTOML_MODELS" });
    expect(() => chooseAlgorithms(task, allowed, blocked)).toThrow(refused);
  });

  const azure = {
    classification:
      "LogisticRegression SGD MultinomialNaiveBayes BernoulliNaiveBayes SVM LinearSVM KNN DecisionTree RandomForest ExtremeRandomTrees LightGBM GradientBoosting XGBoostClassifier AveragedPerceptronClassifier TabnetClassifier TensorFlowDNN TensorFlowLinearClassifier",
    regression:
      "ElasticNet GradientBoosting DecisionTree KNN LassoLars SGD RandomForest ExtremeRandomTrees LightGBM XGBoostRegressor FastLinearRegressor OnlineGradientDescentRegressor TabnetRegressor TensorFlowDNN TensorFlowLinearRegressor",
  } as const;
  const names = (["classification", "regression"] as const).flatMap((task) =>
    azure[task].split(" ").map((name) => [task, name] as const),
  );
  it.each(names)("%s: Azure ML's %s can be allowed, and blocked", (task, name) => {
    const [chosen, ...others] = chooseAlgorithms(task, [name], undefined);
    expect(learningAlgorithms[chosen as string]?.tasks).toContain(task);
    expect(others).toEqual([]);
    expect(chooseAlgorithms(task, undefined, [name]).length).toBeGreaterThan(1);
  });
});

describe("nearestNotes", () => {
  it.each([
    [undefined, undefined, []],
    [["LightGBM", "KNN"], ["XGBoostClassifier"], []],
    [["svm"], undefined, ["SVM is not here; LinearSVM comes nearest and was allowed."]],
    [undefined, ["SGD"], ["SGD is not here, so nothing was blocked; LogisticRegression comes nearest."]],
  ])("allowed %j, blocked %j", (allowed, blocked, expected) => {
    expect(nearestNotes("classification", allowed, blocked)).toEqual(expected);
  });
});

it.each([
  ["GradientBoosting", "GradientBoosting"],
  ["LogisticRegression", "StandardScaler LogisticRegression"],
  ["ElasticNet", "StandardScaler ElasticNet"],
  ["LinearSVM", "StandardScaler LinearSVM"],
  ["KNN", "StandardScaler KNN"],
  ["MultinomialNaiveBayes", "MultinomialNaiveBayes"],
])("%s is %s on the leaderboard, as with Azure ML", (algorithm, name) => {
  expect(leaderboardName(algorithm)).toBe(name);
});
