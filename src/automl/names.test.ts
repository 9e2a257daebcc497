import { describe, expect, it } from "vitest";
import { learningAlgorithms } from "./learners/index.ts";
import { chooseAlgorithms, leaderboardName } from "./names.ts";

const classification = ["GradientBoosting", "RandomForest", "ExtremeRandomTrees", "LogisticRegression"];
const regression = ["GradientBoosting", "RandomForest", "ExtremeRandomTrees", "ElasticNet"];

describe("chooseAlgorithms", () => {
  it.each([
    ["classification", undefined, undefined, classification],
    ["regression", undefined, undefined, regression],
    ["classification", ["LightGBM"], undefined, ["GradientBoosting"]],
    ["classification", ["xgboostclassifier", "LIGHTGBM"], undefined, ["GradientBoosting"]],
    ["regression", ["XGBoostRegressor", "ElasticNet"], undefined, ["GradientBoosting", "ElasticNet"]],
    ["classification", undefined, ["lightgbm", "randomforest"], ["ExtremeRandomTrees", "LogisticRegression"]],
    ["regression", ["RandomForest", "ElasticNet", "LogisticRegression"], ["RandomForest"], ["ElasticNet"]],
  ] as const)("%s, allowed %j, blocked %j", (task, allowed, blocked, expected) => {
    expect(chooseAlgorithms(task, allowed, blocked)).toEqual(expected);
  });

  it.each([
    ["classification", ["ElasticNet"], undefined],
    ["regression", ["RandomForest"], ["RandomForest"]],
    ["regression", [], undefined],
    ["classification", undefined, ["LightGBM", "RandomForest", "ExtremeRandomTrees", "LogisticRegression"]],
    ["classification", ["SVM"], undefined],
    ["classification", undefined, [""]],
    ["classification", ["__proto__"], undefined],
  ] as const)("%s, allowed %j, blocked %j: refused by code", (task, allowed, blocked) => {
    const refused = expect.objectContaining({ code: "SLW_AUTOML_MODELS" });
    expect(() => chooseAlgorithms(task, allowed, blocked)).toThrow(refused);
  });
});

it("linear learners carry their scaler's name, as on Azure ML's leaderboard", () => {
  expect(Object.keys(learningAlgorithms).map(leaderboardName)).toEqual([
    "GradientBoosting",
    "RandomForest",
    "ExtremeRandomTrees",
    "StandardScaler LogisticRegression",
    "StandardScaler ElasticNet",
  ]);
});
