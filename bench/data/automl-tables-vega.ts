/** Real tables of mixed types from the package vega-datasets: missing values, many categories, dates, names. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Task } from "../../src/model/index.ts";
import type { CsvValue } from "../../src/data/index.ts";
import { root } from "../harness/root.ts";
import type { WrittenTable } from "./automl-tables-made.ts";

interface VegaTable {
  readonly name: string;
  readonly task: Task;
  readonly target: string;
  readonly make: () => WrittenTable;
}

type Item = Readonly<Record<string, CsvValue>>;

const folder = join(root, "node_modules", "vega-datasets", "data");

function readItems(file: string): Item[] {
  const text = readFileSync(join(folder, file), "utf8");
  return file.endsWith(".json") ? (JSON.parse(text) as Item[]) : csvItems(text);
}

/** Of files without quotes. */
function csvItems(text: string): Item[] {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, i) => [names[i], value])));
}

function tableOf(items: readonly Item[], columns: readonly string[]): WrittenTable {
  return { header: columns, rows: items.map((item) => columns.map((column) => item[column] ?? null)) };
}

const isGiven = (value: CsvValue | undefined): boolean => value !== undefined && value !== null && value !== "";

/** Bird strikes on US airports, 10,000: was there damage? What tells it (the cost) is left out. */
function birdstrikeDamage(): WrittenTable {
  const items = readItems("birdstrikes.csv").map((item) => ({
    ...item,
    Damage: item["Effect Amount of damage"] === "None" ? "no" : "yes",
  }));
  return tableOf(items, [...birdstrikeColumns, "Speed IAS in knots", "Damage"]);
}

/** Where the speed of the aircraft is known. */
function birdstrikeSpeed(): WrittenTable {
  const items = readItems("birdstrikes.csv").filter((item) => isGiven(item["Speed IAS in knots"]));
  return tableOf(items, [...birdstrikeColumns, "Effect Amount of damage", "Speed IAS in knots"]);
}

const birdstrikeColumns = [
  "Airport Name",
  "Aircraft Make Model",
  "Flight Date",
  "Aircraft Airline Operator",
  "Origin State",
  "Phase of flight",
  "Wildlife Size",
  "Wildlife Species",
  "Time of day",
];

/** Daily weather of Seattle and New York: its kind, five classes of which three are rare. */
function weather(): WrittenTable {
  const items = readItems("weather.csv");
  return tableOf(items, ["location", "date", "precipitation", "temp_max", "temp_min", "wind", "weather"]);
}

/** Films: the rating, where there is one. A title may be a number. */
function movies(): WrittenTable {
  const items = readItems("movies.json")
    .filter((item) => isGiven(item["IMDB Rating"]))
    .map((item) => ({ ...item, "Release Date": isoDay(String(item["Release Date"])) }));
  const columns = Object.keys(items[0]).filter((name) => name !== "IMDB Rating");
  return tableOf(items, [...columns, "IMDB Rating"]);
}

function isoDay(text: string): CsvValue {
  const day = new Date(`${text} UTC`);
  return Number.isNaN(day.getTime()) ? null : day.toISOString().slice(0, 10);
}

/** US flights: more than a quarter of an hour late? */
function flights(): WrittenTable {
  const items = readItems("flights-20k.json").map((item) => ({
    ...item,
    date: `${String(item["date"]).replaceAll("/", "-")}:00`,
    late: (item["delay"] as number) > 15 ? "yes" : "no",
  }));
  return tableOf(items, ["date", "distance", "origin", "destination", "late"]);
}

/** Every fourth post office: the state, by place and county; states with few are left out. */
function zipcodes(): WrittenTable {
  const items = readItems("zipcodes.csv").filter((_, i) => i % 4 === 0);
  const counts = new Map<CsvValue, number>();
  for (const { state } of items) counts.set(state, (counts.get(state) ?? 0) + 1);
  const frequent = items.filter(({ state }) => (counts.get(state) ?? 0) >= 30);
  return tableOf(frequent, ["latitude", "longitude", "county", "state"]);
}

/** Cars of the seventies: miles a gallon, where they are known. */
function cars(): WrittenTable {
  const items = readItems("cars.json").filter((item) => isGiven(item["Miles_per_Gallon"]));
  const columns = Object.keys(items[0]).filter((name) => name !== "Miles_per_Gallon");
  return tableOf(items, [...columns, "Miles_per_Gallon"]);
}

export const vegaTables: readonly VegaTable[] = [
  { name: "birdstrike-damage", task: "classification", target: "Damage", make: birdstrikeDamage },
  { name: "birdstrike-speed", task: "regression", target: "Speed IAS in knots", make: birdstrikeSpeed },
  { name: "weather", task: "classification", target: "weather", make: weather },
  { name: "movies", task: "regression", target: "IMDB Rating", make: movies },
  { name: "flights", task: "classification", target: "late", make: flights },
  { name: "zipcodes", task: "classification", target: "state", make: zipcodes },
  { name: "cars", task: "regression", target: "Miles_per_Gallon", make: cars },
];
