/**
 * Contributions of any model, from its answers alone: permutation SHAP. The explained output is the answer itself, a
 * probability or a value; where a column is not known, values of the background stand in its place (background.ts).
 * Baseline and contributions add up to the answer for any choice of coalitions, since every order leads from a
 * background row to the row that is explained.
 */
import type { Column, Table } from "../../base/index.ts";
import { parseIsoDate } from "../dates.ts";
import { readDecimal } from "../decimal.ts";
import { outputWidth, score } from "../predict.ts";
import type { BackgroundColumn, Model } from "../types.ts";
import { backgroundValues } from "./background.ts";
import { planCoalitions, type Coalition, type CoalitionPlan } from "./coalitions.ts";
import { explainedOutputs } from "./vote.ts";

/** Rows that the model answers between two steps. */
const answersPerStep = 256;

/** What all explanations of a model share. */
interface Game {
  readonly plan: CoalitionPlan;
  /** Positions in Model.inputs of the columns that the model looks at. */
  readonly columns: readonly number[];
  /** For each of them a value a sample. */
  readonly background: readonly BackgroundColumn[];
  /** samples x outputs: the answers of the background rows. */
  readonly answers: Float64Array;
}

const games = new WeakMap<Model, Game>();

/** The mean answer of the background, one number an output. */
export function permutationBaseline(model: Model): Float64Array {
  const { plan, answers } = gameOf(model);
  const outputs = answers.length / plan.samples;
  const baseline = new Float64Array(outputs);
  for (let i = 0; i < answers.length; i++) baseline[i % outputs] += answers[i] / plan.samples;
  return baseline;
}

/**
 * Contributions of row after row, in steps of `answersPerStep` answers. `target(start, end)` gives the place for those
 * rows, filled with zeros: (end - start) x outputs x columns.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE
 */
export function* permutationSteps(
  model: Model,
  table: Table,
  target: (start: number, end: number) => Float64Array,
  { plan, columns, background, answers: known }: Game = gameOf(model),
): Generator<void> {
  const outputs = explainedOutputs(model).length;
  const width = model.inputs.length;
  const whole = explainedAnswers(model, table);
  const names = columns.map((column) => model.inputs[column]!.name);
  const sources = names.flatMap((name, i) => {
    const column = table.columns.find((candidate) => candidate.name === name);
    return column === undefined ? [] : [sourceOf(column, background[i]!)];
  });
  const answers = new Float64Array((plan.samples + 1 + plan.coalitions.length) * outputs);
  answers.set(known);
  for (let row = 0; row < table.rows; row++) {
    answers.set(whole.subarray(row * outputs, (row + 1) * outputs), known.length);
    for (let start = 0; start < plan.coalitions.length; start += answersPerStep) {
      const coalitions = plan.coalitions.slice(start, start + answersPerStep);
      const mixed = sources.map((source, i) => source(row, coalitions, i));
      const found = explainedAnswers(model, { rows: coalitions.length, columns: mixed });
      answers.set(found, known.length + outputs + start * outputs);
      yield;
    }
    const place = target(row, row + 1);
    for (const { column, before, after, weight } of plan.steps) {
      const at = columns[column]!;
      for (let k = 0; k < outputs; k++) {
        place[k * width + at] += weight * (answers[after * outputs + k] - answers[before * outputs + k]);
      }
    }
  }
}

function gameOf(model: Model): Game {
  const known = games.get(model);
  if (known) return known;
  const game = createGame(model, planCoalitions(playing(model).length), (rows) => backgroundValues(model, rows));
  games.set(model, game);
  return game;
}

/** @param backgroundOf values for each input, as many as the plan has samples */
export function createGame(
  model: Model,
  plan: CoalitionPlan,
  backgroundOf: (samples: number) => readonly BackgroundColumn[],
): Game {
  const columns = playing(model);
  const all = backgroundOf(plan.samples);
  const background = columns.map((column) => all[column]!);
  const answers = explainedAnswers(model, {
    rows: plan.samples,
    columns: columns.map((column, i) => columnOf(model.inputs[column]!, background[i]!)),
  });
  return { plan, columns, background, answers };
}

function playing({ inputs, transforms }: Model): number[] {
  const used = new Set(transforms.flatMap((each) => ("from" in each ? [each.column, each.from] : [each.column])));
  return inputs.flatMap(({ name }, i) => (used.has(name) ? [i] : []));
}

/** rows x explained outputs. */
function explainedAnswers(model: Model, table: Table): Float64Array {
  const answers = score(model, table);
  if (outputWidth(model) !== 2) return answers;
  return Float64Array.from({ length: table.rows }, (_, row) => answers[2 * row + 1]);
}

/** A column of coalitions of a row; `i` is the column's number in their places. */
type Source = (row: number, coalitions: readonly Coalition[], i: number) => Column;

/** The background takes the type that the column has in the table. */
function sourceOf(column: Column, values: BackgroundColumn): Source {
  const background = columnOf(column, values);
  if (column.type === "string" && background.type === "string") {
    const { categories, codes } = background;
    return (row, coalitions, i) => {
      const code = column.codes[row];
      const own = code < 0 ? -1 : categories.length;
      return {
        ...background,
        // Not all of the table's: there may be many, and each is looked up.
        categories: code < 0 ? categories : [...categories, column.categories[code]!],
        codes: Int32Array.from(coalitions, (each) => (isKnown(each, i) ? own : codes[each.sample])),
      };
    };
  }
  const [own, other] = [column, background].map((each) => (each.type === "string" ? each.codes : each.values));
  return (row, coalitions, i) => {
    const mixed = Float64Array.from(coalitions, (each) => (isKnown(each, i) ? own![row] : other![each.sample]));
    return column.type === "datetime"
      ? { name: column.name, type: "datetime", values: mixed }
      : { name: column.name, type: "numeric", integer: false, values: mixed };
  };
}

function isKnown({ places, count }: Coalition, column: number): boolean {
  return places[column] < count;
}

function columnOf({ name, type }: Pick<Column, "name" | "type">, values: BackgroundColumn): Column {
  switch (type) {
    case "numeric":
      return { name, type, integer: false, values: numbersOf(values, readDecimal) };
    case "datetime":
      return { name, type, values: numbersOf(values, parseIsoDate) };
    case "string": {
      const categories = [...new Set(values.flatMap((value) => (value === null ? [] : [String(value)])))].sort();
      const positions = new Map(categories.map((category, position) => [category, position]));
      const codes = Int32Array.from(values, (value) => (value === null ? -1 : positions.get(String(value))!));
      return { name, type, categories, codes };
    }
  }
}

function numbersOf(values: BackgroundColumn, read: (text: string) => number): Float64Array {
  return Float64Array.from(values, (value) => (value === null ? NaN : typeof value === "number" ? value : read(value)));
}
