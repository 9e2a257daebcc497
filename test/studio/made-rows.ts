/** A made table that no other test depends on: numbers, categories, dates, flags, gaps, and a target of two classes. */
import { createRandom } from "../../src/base/index.ts";

const segments = ["student", "employed", "retired", "self-employed"];
const regions = ["north", "south", "east", "west"];
const day = 86_400_000;

/** The columns of `customersCsv`, in their order. */
export const customerColumns = [
  "signed_up",
  "age",
  "income",
  "balance",
  "segment",
  "region",
  "newsletter",
  "churned",
] as const;

/** The same seed gives the same text, byte for byte. */
export function customersCsv(rows: number, seed: number): string {
  const random = createRandom(seed);
  const lines = [customerColumns.join(",")];
  for (let row = 0; row < rows; row++) {
    const age = 18 + random.integer(60);
    const income = Math.round(20_000 + 900 * age + 8_000 * random.normal());
    const balance = random.next() < 0.08 ? "" : (income / 12 + 500 * random.normal()).toFixed(2);
    const segment = age > 64 ? "retired" : segments[random.integer(segments.length)];
    const region = random.next() < 0.04 ? "" : regions[random.integer(regions.length)];
    const newsletter = random.next() < 0.4;
    const lean = (segment === "student" ? 1.6 : 0) + (newsletter ? -1.4 : 0.4) + (40 - age) / 25;
    const churned = 1 / (1 + Math.exp(-lean)) > random.next() ? "yes" : "no";
    const signedUp = new Date(Date.UTC(2024, 0, 1) + random.integer(600) * day).toISOString().slice(0, 10);
    lines.push([signedUp, age, income, balance, segment, region, newsletter, churned].join(","));
  }
  return `${lines.join("\n")}\n`;
}
