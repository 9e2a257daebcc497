/** From the graph's inputs to the matrix of features, double [N, transforms]: transform.ts as ONNX operators. */
import type { DatePart, InputColumn, Model, Transform } from "../types.ts";
import type { GraphBuilder } from "./onnx-graph.ts";
import type { Value } from "./onnx-proto.ts";

/** One input a column, [N, 1]. */
export function inputValue(input: InputColumn): Value {
  const { name, type } = input;
  const dims = ["N", 1];
  if (type === "string")
    return { name, type: "string", dims, description: "Text; a null is any text that is no category." };
  const description =
    type === "datetime" ? "Milliseconds since 1970-01-01T00:00:00Z; a null is NaN." : "A number; a null is NaN.";
  return { name, type: "double", dims, description };
}

/** The name of the matrix of features. */
export function addFeatures(graph: GraphBuilder, { inputs, transforms }: Pick<Model, "inputs" | "transforms">): string {
  const types = new Map(inputs.map(({ name, type }) => [name, type]));
  const columns = transforms.map((transform) => addFeature(graph, transform, types.get(transform.column) === "string"));
  return graph.add("Concat", columns, { axis: 1 });
}

function addFeature(graph: GraphBuilder, transform: Transform, isText: boolean): string {
  switch (transform.op) {
    case "Numeric":
      return transform.column;
    case "Category":
      return addCategory(graph, transform.column, transform.categories, isText);
    case "DatePart":
      return addDatePart(graph, transform.column, transform.part);
  }
}

/** A numeric column's categories are texts of numbers; one that is not the shortest text of its number never occurs. */
function addCategory(graph: GraphBuilder, column: string, categories: readonly string[], isText: boolean): string {
  const positions = Array.from(categories.keys()).filter(
    (i) => isText || String(Number(categories[i])) === categories[i],
  );
  const names = positions.map((i) => categories[i] as string);
  // Adding NaN to every value says "unknown" for every row without asking the encoder for an empty table.
  if (positions.length === 0) return addUnknown(graph, column, isText);
  return graph.add("LabelEncoder", [column], {
    ...(isText
      ? { keys_strings: names }
      : { keys_tensor: { tensor: { type: "double", dims: [names.length], values: names.map(Number) } } }),
    values_tensor: { tensor: { type: "double", dims: [names.length], values: positions } },
    default_tensor: { tensor: { type: "double", dims: [1], values: [NaN] } },
  });
}

/** NaN in every row. */
function addUnknown(graph: GraphBuilder, column: string, isText: boolean): string {
  const some = isText ? graph.add("Cast", [graph.add("Equal", [column, column])], { to: 11 }) : column;
  return graph.add("Add", [some, graph.doubles([NaN])]);
}

const millisecondsPerDay = 86_400_000;
/** JavaScript's dates end there; beyond it every part of a date is NaN. */
const largestTime = 8.64e15;

function addDatePart(graph: GraphBuilder, time: string, part: DatePart): string {
  const calculate = calculator(graph);
  const { divide, floored, less, minus, plus, times } = calculate;
  if (part === "elapsedDays") return divide(time, millisecondsPerDay);
  const whole = wholeMilliseconds(graph, time);
  const day = floored(whole, millisecondsPerDay);
  const inDay = minus(whole, times(day, millisecondsPerDay));
  const hour = floored(inDay, 3_600_000);
  if (part === "hour") return hour;
  if (part === "minute") return floored(minus(inDay, times(hour, 3_600_000)), 60_000);
  const sinceSunday = plus(day, 4);
  if (part === "dayOfWeek") return minus(sinceSunday, times(floored(sinceSunday, 7), 7));
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
