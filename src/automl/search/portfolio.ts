/** Trials that are good on many tables: where every search begins. */
import type { Task } from "../../model/index.ts";
import type { Params } from "../learners/index.ts";
import { MAX_ROUNDS } from "./variations.ts";

export interface Proposal {
  readonly algorithm: string;
  readonly params: Params;
}

const of = (algorithm: string, params: Params = {}): Proposal => ({ algorithm, params });

const boosting = (params: Params): Proposal => of("GradientBoosting", { rounds: MAX_ROUNDS, patience: 60, ...params });

const symmetric = (params: Params): Proposal => boosting({ growth: "symmetric", categories: "ordered", ...params });

/** An answer within the first second. */
const quick = boosting({ learningRate: 0.1, rounds: 300, patience: 20 });
const sampled = boosting({ learningRate: 0.03, maxLeaves: 24, featureFraction: 0.75, rowFraction: 0.8 });
const ordered = boosting({
  learningRate: 0.03,
  maxLeaves: 24,
  featureFraction: 0.75,
  rowFraction: 0.8,
  categories: "ordered",
  priorWeight: 10,
});
const oneHot = boosting({ learningRate: 0.05, maxLeaves: 24, featureFraction: 0.75, maxOneHot: 255 });
const small = boosting({ learningRate: 0.05, maxLeaves: 8, featureFraction: 0.5, l2: 1, minRows: 10 });
const large = boosting({
  learningRate: 0.03,
  maxLeaves: 64,
  featureFraction: 0.6,
  l2: 1,
  minRows: 5,
  categories: "ordered",
  priorWeight: 10,
});
const random = boosting({ learningRate: 0.05, maxLeaves: 16, randomThresholds: true, featureFraction: 0.7, l2: 1 });
const tiny = boosting({ learningRate: 0.03, maxLeaves: 5, featureFraction: 0.7, l2: 1, minRows: 5 });
const sparse = boosting({
  learningRate: 0.03,
  maxLeaves: 16,
  featureFraction: 0.4,
  rowFraction: 0.7,
  l2: 5,
  minRows: 5,
  categories: "ordered",
  priorWeight: 10,
});
const shallow = symmetric({ learningRate: 0.05, maxDepth: 4, featureFraction: 0.6, rowFraction: 0.8 });
const deep = symmetric({ learningRate: 0.05, maxDepth: 8, rowFraction: 0.8 });

/**
 * Networks are the best single models of many small tables. On large ones they cost ten times what boosting costs:
 * there is one, a narrower one, for what it adds to a vote.
 */
const SMALL_ROWS = 10_000;
const network = of("NeuralNetwork");
const networkWide = of("NeuralNetwork", { members: 16, width: 32 });
const networkDeep = of("NeuralNetwork", { members: 4, depth: 3, learningRate: 0.003, averaging: 1, dropout: 0.15 });
const networkSmall = of("NeuralNetwork", { members: 4, learningRate: 0.008, averaging: 1, dropout: 0.2 });

/** The rarely best come last: so that they are tried where nothing else is allowed, and where there is time. */
function classification(isSmall: boolean): readonly Proposal[] {
  return [
    quick,
    of("LogisticRegression", { C: 0.5, encoding: "bins" }),
    ordered,
    oneHot,
    isSmall ? network : networkSmall,
    small,
    sampled,
    isSmall ? shallow : deep,
    large,
    of("ExtremeRandomTrees", { trees: 100, featureFraction: 0.6 }),
    random,
    of("RandomForest", { trees: 100, featureFraction: 0.4 }),
    of("LogisticRegression", { C: 0.02, encoding: "scaled" }),
    sparse,
    ...(isSmall ? [networkWide] : []),
    tiny,
    of("LinearSVM", { encoding: "bins" }),
    of("KNN", { k: 20 }),
    isSmall ? deep : shallow,
    ...(isSmall ? [networkDeep] : []),
    of("DecisionTree"),
    of("MultinomialNaiveBayes"),
    of("BernoulliNaiveBayes"),
  ];
}

function regression(isSmall: boolean): readonly Proposal[] {
  return [
    quick,
    of("ElasticNet", { alpha: 0.05, l1_ratio: 0.5, encoding: "bins" }),
    small,
    sampled,
    network,
    of("ElasticNet", { alpha: 0.001, l1_ratio: 0.5, encoding: "scaled" }),
    shallow,
    of("ExtremeRandomTrees", { trees: 100, featureFraction: 0.6 }),
    tiny,
    sparse,
    ...(isSmall ? [networkWide] : []),
    of("RandomForest", { trees: 100, featureFraction: 0.6 }),
    random,
    large,
    ordered,
    of("KNN", { k: 10 }),
    ...(isSmall ? [networkDeep] : []),
    oneHot,
    deep,
    of("ElasticNet", { alpha: 0.1, l1_ratio: 0, encoding: "bins" }),
    of("DecisionTree"),
  ];
}

/**
 * From so many features of so few rows on, a tree's cost is that of its histograms' cells: leaves times features. Shallow
 * trees of few features each are as good there.
 */
const WIDE = 1_000;
const WIDE_LEAVES = 8;
const WIDE_DEPTH = 3;
const WIDE_SHARE = 0.1;

function narrowed({ algorithm, params }: Proposal): Proposal {
  if (algorithm !== "GradientBoosting") return { algorithm, params };
  const { featureFraction = 1, maxLeaves = WIDE_LEAVES, growth } = params;
  const share = Number((WIDE_SHARE * Number(featureFraction)).toPrecision(3));
  const shape: Params =
    growth === "symmetric" ? { maxDepth: WIDE_DEPTH } : { maxLeaves: Math.min(WIDE_LEAVES, Number(maxLeaves)) };
  return { algorithm, params: { ...params, featureFraction: share, ...shape } };
}

/** Classes above which boosting, with a tree a class and round, and linear solvers come last. */
const MANY_CLASSES = 100;
const SLOW_WITH_CLASSES: ReadonlySet<string> = new Set(["GradientBoosting", "LogisticRegression", "LinearSVM"]);

/** @param classes 0 for regression */
export function portfolioOf(
  task: Task,
  algorithms: readonly string[],
  { rows, features, classes }: { readonly rows: number; readonly features: number; readonly classes: number },
): readonly Proposal[] {
  const isSmall = rows <= SMALL_ROWS;
  const usual = task === "classification" ? classification(isSmall) : regression(isSmall);
  const all = isSmall && features >= WIDE ? usual.map(narrowed) : usual;
  const allowed = all.filter((proposal) => algorithms.includes(proposal.algorithm));
  if (classes <= MANY_CLASSES) return allowed;
  const isSlow = ({ algorithm }: Proposal): boolean => SLOW_WITH_CLASSES.has(algorithm);
  return [...allowed.filter((proposal) => !isSlow(proposal)), ...allowed.filter(isSlow)];
}
