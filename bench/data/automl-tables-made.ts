/** Made tables, each with one thing that real tables have and that a tool may fail at. Every seed is another draw. */
import type { Random } from "../../src/base/index.ts";
import type { CsvValue } from "../../src/data/index.ts";
import type { Task } from "../../src/model/index.ts";
import { madeTickets } from "./automl-tables-text.ts";

export interface WrittenTable {
  readonly header: readonly string[];
  readonly rows: Iterable<readonly CsvValue[]>;
}

interface MadeTable {
  readonly name: string;
  readonly task: Task;
  readonly target: string;
  /** Are the rows in the order of time? */
  readonly ordered: boolean;
  make(random: Random): WrittenTable;
}

const rounded = (value: number): number => Math.round(value * 10_000) / 10_000;
const normals = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.normal());
const uniforms = (random: Random, count: number): number[] => Array.from({ length: count }, () => random.next());
/** yes with probability 1 / (1 + e^-score). */
const answer = (random: Random, score: number): string => (random.next() < 1 / (1 + Math.exp(-score)) ? "yes" : "no");
const numbered = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${prefix}${i}`);

function rowsOf(header: readonly string[], count: number, row: () => readonly CsvValue[]): WrittenTable {
  const rows = Array.from({ length: count }, row).map((values) =>
    values.map((value) => (typeof value === "number" && !Number.isNaN(value) ? rounded(value) : value)),
  );
  return { header, rows };
}

/**
 * 8,000 rows: x0 … x19 uniform, two categories; Friedman's first function (Ann. Statist. 19, 1991) and two interactions
 * that no column shows alone: a step that another column switches, and a sign that both categories decide.
 */
function interactions(random: Random): WrittenTable {
  const header = [...numbered("x", 20), "shape", "colour", "y"];
  return rowsOf(header, 8_000, () => {
    const x = uniforms(random, 20);
    const [shape, colour] = [random.integer(4), random.integer(6)];
    const friedman = 10 * Math.sin(Math.PI * x[0] * x[1]) + 20 * (x[2] - 0.5) ** 2 + 10 * x[3] + 5 * x[4];
    const switched = x[6] > 0.5 ? 6 * x[5] : -3 * x[5];
    const sign = (shape + colour) % 2 === 0 ? 4 * x[7] : -4 * x[7];
    return [...x, `shape ${shape}`, `colour ${colour}`, friedman + switched + sign + 1.5 * random.normal()];
  });
}

/** 1,500 rows, 120 columns of which six count, linearly: more columns than a tree can tell apart. */
function noise(random: Random): WrittenTable {
  return rowsOf([...numbered("x", 120), "y"], 1_500, () => {
    const x = normals(random, 120);
    return [...x, answer(random, 0.9 * x[0] - 0.8 * x[1] + 0.7 * x[2] + 0.6 * x[3] - 0.5 * x[4] + 0.4 * x[5])];
  });
}

/** Category number of `count`, the first ones far more frequent: half of all are within the first tenth. */
const skewed = (random: Random, count: number): number => Math.floor(count * random.next() ** 3.3);

/** 20,000 rows, 2,000 merchants of very different frequency, each with a rate of its own; two common columns beside. */
function merchants(random: Random): WrittenTable {
  const effects = normals(random, 2_000).map((value) => 1.3 * value);
  const regions = normals(random, 30).map((value) => 0.5 * value);
  return rowsOf(["merchant", "region", "amount", "hour", "items", "fraud"], 20_000, () => {
    const [merchant, region] = [skewed(random, 2_000), random.integer(30)];
    const [amount, hour, items] = [Math.exp(3 + random.normal()), random.integer(24), 1 + random.integer(9)];
    const score = effects[merchant] + regions[region] + 0.4 * (Math.log(amount) - 3) + (hour < 6 ? 0.8 : 0) - 1.2;
    return [`m${merchant * 7919}`, `region ${region}`, amount, hour, items, answer(random, score)];
  });
}

/** 12,000 rows: a price that multiplies: model (1,500 of them) x age x distance, with a long tail. */
function prices(random: Random): WrittenTable {
  const models = normals(random, 1_500).map((value) => 9.5 + 0.6 * value);
  const header = ["model", "year", "kilometres", "fuel", "owners", "listed", "price"];
  const fuels = ["petrol", "diesel", "hybrid", "electric"];
  return rowsOf(header, 12_000, () => {
    const [model, year, fuel] = [skewed(random, 1_500), 2005 + random.integer(20), random.integer(4)];
    const kilometres = random.next() < 0.08 ? null : Math.round((2025 - year) * 12_000 * (0.3 + 1.2 * random.next()));
    const owners = 1 + random.integer(4);
    const listed = new Date(Date.UTC(2025, 0, 1 + random.integer(365))).toISOString().slice(0, 10);
    const distance = (kilometres ?? 110_000) / 100_000;
    const log =
      models[model] - 0.07 * (2025 - year) - 0.25 * distance - 0.04 * owners + 0.1 * fuel * (year > 2015 ? 1 : -1);
    return [
      `model ${model}`,
      year,
      kilometres,
      fuels[fuel],
      owners,
      listed,
      Math.round(Math.exp(log + 0.15 * random.normal())),
    ];
  });
}

/** 10,000 rows whose values are missing because of what they are: high incomes, short employments, an own answer. */
function missing(random: Random): WrittenTable {
  const header = ["income", "age", "years", "debt", "job", "housing", "score", ...numbered("z", 5), "default"];
  const jobs = ["clerk", "nurse", "farmer", "driver", "teacher", "owner"];
  return rowsOf(header, 10_000, () => {
    const [income, age] = [Math.exp(10 + 0.6 * random.normal()), 18 + random.integer(60)];
    const [years, debt, job] = [
      Math.min(age - 17, 30 * random.next() ** 2),
      3e4 * random.next() ** 2,
      random.integer(6),
    ];
    const owns = random.next() < 0.5;
    const risk = 1.2 * (10 - Math.log(income)) + debt / 1e4 - years / 8 + (owns ? -0.4 : 0.4) + (job === 5 ? 0.8 : 0);
    const hidden = random.next() < 1 / (1 + Math.exp(-3 * (Math.log(income) - 10.4)));
    return [
      hidden ? null : income,
      age,
      years < 2 && random.next() < 0.7 ? null : years,
      random.next() < 0.1 ? null : debt,
      random.next() < (job === 5 ? 0.6 : 0.05) ? null : jobs[job],
      random.next() < 0.2 ? null : owns ? "own" : "rent",
      random.next() < 0.5 ? null : -risk + 1.5 * random.normal(),
      ...normals(random, 5),
      answer(random, 0.9 * risk - 1.2),
    ];
  });
}

/** 25,000 rows, about one in 55 a yes, by a corner of two columns and a slope. */
function rare(random: Random): WrittenTable {
  return rowsOf([...numbered("x", 14), "kind", "y"], 25_000, () => {
    const [x, kind] = [normals(random, 14), random.integer(8)];
    const corner = x[0] > 1.2 && x[1] < 0 ? 3 : 0;
    return [...x, `kind ${kind}`, answer(random, corner + 0.8 * x[2] + 0.5 * x[3] * x[4] + (kind === 3 ? 1 : 0) - 5.2)];
  });
}

/** 16,000 rows of four years in order: the columns move, a slope turns slowly, and a new shop opens near the end. */
function drift(random: Random): WrittenTable {
  const count = 16_000;
  let row = 0;
  return rowsOf(["day", "shop", ...numbered("x", 8), "sold"], count, () => {
    const time = row++ / count;
    const day = new Date(Date.UTC(2021, 0, 1 + Math.floor(time * 1_461))).toISOString().slice(0, 10);
    const x = normals(random, 8);
    x[0] += 1.5 * time;
    x[1] *= 1 + time;
    const shop = random.integer(time > 0.75 ? 7 : 6);
    const turning = Math.cos(1.2 * time) * x[2] + Math.sin(1.2 * time) * x[3];
    const score =
      0.6 * x[0] + 0.4 * x[1] + turning + 0.5 * Math.sin(2 * Math.PI * 4 * time) + (shop === 2 ? 0.8 : 0) - 1;
    return [day, `shop ${shop}`, ...x, answer(random, score)];
  });
}

export const madeTables: readonly MadeTable[] = [
  { name: "made-interactions", task: "regression", target: "y", ordered: false, make: interactions },
  { name: "made-noise", task: "classification", target: "y", ordered: false, make: noise },
  { name: "made-merchants", task: "classification", target: "fraud", ordered: false, make: merchants },
  { name: "made-prices", task: "regression", target: "price", ordered: false, make: prices },
  { name: "made-missing", task: "classification", target: "default", ordered: false, make: missing },
  { name: "made-rare", task: "classification", target: "y", ordered: false, make: rare },
  { name: "made-drift", task: "classification", target: "sold", ordered: true, make: drift },
  { name: "made-tickets", task: "classification", target: "team", ordered: false, make: madeTickets },
];
