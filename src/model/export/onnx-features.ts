/** From the graph's inputs to the matrix of features, double [N, transforms]: transform.ts as ONNX operators. */
import { SlipwayError } from "../../base/index.ts";
import { cyclicValues } from "../dates.ts";
import type { CategoryStatistic, CyclicPart, DatePart, InputColumn, Model, Transform } from "../types.ts";
import type { GraphBuilder } from "./onnx-graph.ts";
import type { Value } from "./onnx-proto.ts";

/** One input a column, [N, 1]. */
export function inputValue(input: InputColumn): Value {
  const { name, type } = input;
  const dims = ["N", 1];
  if (type === "string") return { name, type: "string", dims, description: "Text; a null is the empty text." };
  const description =
    type === "datetime" ? "Milliseconds since 1970-01-01T00:00:00Z; a null is NaN." : "A number; a null is NaN.";
  return { name, type: "double", dims, description };
}

/** The name of the matrix of features. */
export function addFeatures(graph: GraphBuilder, { inputs, transforms }: Pick<Model, "inputs" | "transforms">): string {
  const types = new Map(inputs.map(({ name, type }) => [name, type]));
  const isText = (name: string): boolean => types.get(name) === "string";
  const columns = transforms.map((transform) => {
    const reads = transform.op === "DaysBetween" ? [transform.column, transform.from] : [transform.column];
    return addFeature(graph, transform, reads.some(isText));
  });
  return graph.add("Concat", columns, { axis: 1 });
}

/** @throws SLW_EXPORT_UNSUPPORTED for features of free text, and for numbers and dates that stand in text */
function addFeature(graph: GraphBuilder, transform: Transform, isText: boolean): string {
  switch (transform.op) {
    case "Numeric":
      if (isText) throw unsupported(transform, "numbers that are read from text");
      return transform.fill === undefined
        ? transform.column
        : graph.add("Where", [
            graph.add("IsNaN", [transform.column]),
            graph.doubles([transform.fill]),
            transform.column,
          ]);
    case "Category":
      return addFilled(graph, transform, isText);
    case "CategoryStatistic":
      return addStatistic(graph, transform, isText);
    case "DatePart":
      if (isText) throw unsupported(transform, "dates that are read from text");
      return addDatePart(graph, transform.column, transform.part);
    case "DaysBetween":
      if (isText) throw unsupported(transform, "dates that are read from text");
      return graph.add("Div", [
        graph.add("Sub", [transform.column, transform.from]),
        graph.doubles([millisecondsPerDay]),
      ]);
    default:
      throw unsupported(transform, "the words of a text");
  }
}

function unsupported({ op, column }: Transform, what: string): SlipwayError {
  return new SlipwayError("SLW_EXPORT_UNSUPPORTED", `Column "${column}": ONNX has no equal for ${what} (${op}).`, {
    fix: "Export with --format js, or score the .slipway file itself.",
    details: { column, op },
  });
}

function addFilled(
  graph: GraphBuilder,
  { column, categories, fill }: Extract<Transform, { op: "Category" }>,
  isText: boolean,
): string {
  const table = { column, categories, values: Array.from(categories.keys()), unknown: NaN };
  if (fill === undefined) return addLookup(graph, table, isText);
  return addLookupWithNull(graph, table, categories.indexOf(fill), isText);
}

function addStatistic(graph: GraphBuilder, transform: CategoryStatistic, isText: boolean): string {
  const { column, categories, values, unknown, missing } = transform;
  return addLookupWithNull(graph, { column, categories, values: Array.from(values), unknown }, missing, isText);
}

interface Lookup {
  readonly column: string;
  readonly categories: readonly string[];
  /** One a category. */
  readonly values: readonly number[];
  readonly unknown: number;
}

/** A null is NaN among numbers, which no category is; in text it is the empty text, where that is no category. */
function addLookupWithNull(graph: GraphBuilder, table: Lookup, missing: number, isText: boolean): string {
  const { column, categories, values } = table;
  if (!isText) {
    const isNull = graph.add("IsNaN", [column]);
    return graph.add("Where", [isNull, graph.doubles([missing]), addLookup(graph, table, isText)]);
  }
  if (categories.includes("")) return addLookup(graph, table, isText);
  return addLookup(graph, { ...table, categories: [...categories, ""], values: [...values, missing] }, isText);
}

/** A numeric column's categories are texts of numbers; one that is not the shortest text of its number never occurs. */
function addLookup(graph: GraphBuilder, { column, categories, values, unknown }: Lookup, isText: boolean): string {
  const kept = Array.from(categories.keys()).filter((i) => isText || String(Number(categories[i])) === categories[i]);
  const names = kept.map((i) => categories[i] as string);
  // Without categories every row is unknown, which no encoder has to be asked.
  if (kept.length === 0) return addConstant(graph, column, unknown, isText);
  return graph.add("LabelEncoder", [column], {
    ...(isText
      ? { keys_strings: names }
      : { keys_tensor: { tensor: { type: "double", dims: [names.length], values: names.map(Number) } } }),
    values_tensor: { tensor: { type: "double", dims: [names.length], values: kept.map((i) => values[i] as number) } },
    default_tensor: { tensor: { type: "double", dims: [1], values: [unknown] } },
  });
}

/** `value` in every row. */
function addConstant(graph: GraphBuilder, column: string, value: number, isText: boolean): string {
  const some = isText ? graph.add("Cast", [graph.add("Equal", [column, column])], { to: 11 }) : column;
  return graph.add("Where", [graph.add("Equal", [some, some]), graph.doubles([value]), graph.doubles([value])]);
}

const millisecondsPerDay = 86_400_000;
/** JavaScript's dates end there; beyond it every part of a date is NaN. */
const largestTime = 8.64e15;

/** The part, as a number, that each cyclic one turns with, and where it begins. */
const cycles: Readonly<Partial<Record<DatePart, readonly [part: DatePart, first: number]>>> = {
  monthSin: ["month", 1],
  monthCos: ["month", 1],
  dayOfWeekSin: ["dayOfWeek", 0],
  dayOfWeekCos: ["dayOfWeek", 0],
  hourSin: ["hour", 0],
  hourCos: ["hour", 0],
};

/** From a table: the sines of runtimes differ in their last bits, and a tree may split right there. */
function addCyclic(graph: GraphBuilder, time: string, part: CyclicPart, number: DatePart, first: number): string {
  const values = cyclicValues(part);
  const tensor = (list: readonly number[]) => ({
    tensor: { type: "double" as const, dims: [list.length], values: list },
  });
  return graph.add("LabelEncoder", [addDatePart(graph, time, number)], {
    keys_tensor: tensor(values.map((_, i) => first + i)),
    values_tensor: tensor(values),
    default_tensor: tensor([NaN]),
  });
}

function addDatePart(graph: GraphBuilder, time: string, part: DatePart): string {
  const cycle = cycles[part];
  if (cycle) return addCyclic(graph, time, part as CyclicPart, ...cycle);
  const calculate = calculator(graph);
  const { divide, floored, minus, plus, times } = calculate;
  if (part === "elapsedDays") return divide(time, millisecondsPerDay);
  const whole = wholeMilliseconds(graph, time);
  const day = floored(whole, millisecondsPerDay);
  const inDay = minus(whole, times(day, millisecondsPerDay));
  const hour = floored(inDay, 3_600_000);
  if (part === "hour") return hour;
  if (part === "minute") return floored(minus(inDay, times(hour, 3_600_000)), 60_000);
  const sinceSunday = plus(day, 4);
  if (part === "dayOfWeek") return minus(sinceSunday, times(floored(sinceSunday, 7), 7));
  return addCivilPart(graph, calculate, day, part);
}

function addCivilPart(graph: GraphBuilder, calculate: Calculator, day: string, part: DatePart): string {
  const { floored, less, minus, plus, times } = calculate;
  const { dayOfMarchYear, marchMonth, marchYear } = marchDate(calculate, day);
  if (part === "day") return plus(minus(dayOfMarchYear, floored(plus(times(marchMonth, 153), 2), 5)), 1);
  const beforeNewYear = less(marchMonth, 10);
  if (part === "month") return graph.add("Where", [beforeNewYear, plus(marchMonth, 3), plus(marchMonth, -9)]);
  const year = graph.add("Where", [beforeNewYear, marchYear, plus(marchYear, 1)]);
  if (part === "year") return year;
  return plus(minus(day, firstOfJanuary(calculate, year)), 1);
}

/** Cut towards 0, as `new Date` does it, and NaN beyond its range. */
function wholeMilliseconds(graph: GraphBuilder, time: string): string {
  const { less } = calculator(graph);
  const inRange = less(graph.add("Abs", [time]), largestTime + 1);
  const kept = graph.add("Where", [inRange, time, graph.doubles([NaN])]);
  return graph.add("Where", [less(kept, 0), graph.add("Ceil", [kept]), graph.add("Floor", [kept])]);
}

/**
 * The civil date of a day since 1970-01-01 (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms",
 * civil_from_days): years begin in March, so that the day that leap years add is their last. Exact in doubles.
 */
function marchDate({ divide: _divide, floored, minus, plus, times }: Calculator, day: string) {
  const sinceYear0 = plus(day, 719_468);
  const era = floored(sinceYear0, 146_097);
  const dayOfEra = minus(sinceYear0, times(era, 146_097));
  const leapDays = minus(plus(floored(dayOfEra, 1_460), floored(dayOfEra, 146_096)), floored(dayOfEra, 36_524));
  const yearOfEra = floored(minus(dayOfEra, leapDays), 365);
  const daysBefore = plus(minus(times(yearOfEra, 365), floored(yearOfEra, 100)), floored(yearOfEra, 4));
  const dayOfMarchYear = minus(dayOfEra, daysBefore);
  const marchMonth = floored(plus(times(dayOfMarchYear, 5), 2), 153);
  return { dayOfMarchYear, marchMonth, marchYear: plus(yearOfEra, times(era, 400)) };
}

/** The day since 1970-01-01 on which a year begins (days_from_civil of the same source, for January 1). */
function firstOfJanuary({ floored, minus, plus, times }: Calculator, year: string): string {
  const before = plus(year, -1);
  const leapDays = plus(minus(floored(before, 4), floored(before, 100)), floored(before, 400));
  return plus(plus(times(before, 365), leapDays), 306 - 719_468);
}

type Calculator = ReturnType<typeof calculator>;

/** Arithmetic on columns: each takes names or numbers. */
function calculator(graph: GraphBuilder) {
  const name = (value: string | number): string => (typeof value === "string" ? value : graph.doubles([value]));
  const apply = (operator: string) => (a: string, b: string | number) => graph.add(operator, [a, name(b)]);
  const divide = apply("Div");
  return {
    divide,
    floored: (a: string, b: number) => graph.add("Floor", [divide(a, b)]),
    less: apply("Less"),
    minus: apply("Sub"),
    plus: apply("Add"),
    times: apply("Mul"),
  };
}
