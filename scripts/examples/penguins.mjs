// Makes examples/penguins.csv of the table that the npm package vega-datasets carries; see examples/README.md.
import { readFileSync, writeFileSync } from "node:fs";

/** Our column: theirs. The names are those of the R package palmerpenguins. */
const columns = {
  species: "Species",
  island: "Island",
  bill_length_mm: "Beak Length (mm)",
  bill_depth_mm: "Beak Depth (mm)",
  flipper_length_mm: "Flipper Length (mm)",
  body_mass_g: "Body Mass (g)",
  sex: "Sex",
};

const source = new URL("../../node_modules/vega-datasets/data/penguins.json", import.meta.url);
const rows = JSON.parse(readFileSync(source, "utf8"));
const lines = rows.map((row) =>
  Object.values(columns)
    .map((name) => row[name] ?? "NA")
    .join(","),
);
const text = `${[Object.keys(columns).join(","), ...lines].join("\n")}\n`;
writeFileSync(new URL("../../examples/penguins.csv", import.meta.url), text);
