import { Type } from "typebox";
import { closed, filled, flag, keyed, numeric, optional, template, texts } from "./fields.ts";

const columns = texts("Each of them is checked.");

/** The rules of a data_check step. */
export const checks = [
  closed(
    {
      check: Type.Literal("columns"),
      columns: keyed(filled("Its type."), "Column -> type."),
      allow_others: optional(flag("Other columns are let pass. Default false.")),
    },
    "The columns and their types.",
  ),
  closed(
    { check: Type.Literal("row_count"), min: optional(numeric("At least.")), max: optional(numeric("At most.")) },
    "How many rows there are.",
  ),
  closed(
    { check: Type.Literal("nulls"), columns, max_share: optional(numeric("0 to 1. Default 0.")) },
    "How many values are missing.",
  ),
  closed(
    { check: Type.Literal("range"), columns, min: optional(numeric("At least.")), max: optional(numeric("At most.")) },
    "Numbers between two bounds.",
  ),
  closed(
    {
      check: Type.Literal("allowed_values"),
      column: filled("Name."),
      values: Type.Array(template("One of them."), { minItems: 1, maxItems: 10_000 }),
    },
    "One of these values.",
  ),
  closed({ check: Type.Literal("unique"), columns }, "No two rows have the same values in these columns."),
  closed(
    { check: Type.Literal("pattern"), column: filled("Name."), pattern: filled("Regular expression.") },
    "Texts that match.",
  ),
  closed(
    {
      check: Type.Literal("distribution"),
      reference: filled("A dataset."),
      columns: optional(columns),
      max_distance: optional(numeric("Default: see docs/data-checks.md.")),
    },
    "Distributed as in a reference.",
  ),
  closed(
    {
      check: Type.Literal("sql"),
      name: filled("What is checked, in the report."),
      query: filled("Answers the rows that are wrong; the table is `data`."),
      max_rows: optional(numeric("So many wrong rows are let pass. Default 0.")),
    },
    "Rows that a query finds.",
  ),
];
