/** Plain twin of assembly/score-trees.ts: every row walks every tree of a program. What a program is stands in tree-program.ts. */
import type { CategoryColumn, NumberColumn, TreeProgram } from "../tree-program.ts";

/** Whether a row goes right, for each test. */
function answers({ numbers, categories }: TreeProgram, row: Float64Array): boolean[] {
  return [...numbers.flatMap((column) => compare(column, row)), ...categories.flatMap((column) => lookUp(column, row))];
}

function compare({ feature, cuts, missingLeft, missingRight }: NumberColumn, row: Float64Array): boolean[] {
  const value = row[feature] as number;
  return [
    ...Array.from(missingLeft, (cut) => value > (cuts[cut] as number)),
    ...Array.from(missingRight, (cut) => !(value <= (cuts[cut] as number))),
  ];
}

function lookUp({ feature, categories, rights }: CategoryColumn, row: Float64Array): boolean[] {
  const value = row[feature] as number;
  const code = Number.isNaN(value) ? categories + 1 : Math.min(value >>> 0, categories);
  return rights.map((right) => right[code] === 255);
}

/** sums[row * outputs + output] += the values of the leaves that the row reaches. `features`: rows x width. */
export function scoreTrees(
  program: TreeProgram,
  features: Float64Array,
  width: number,
  rows: number,
  sums: Float64Array,
): void {
  const { outputs, leafWidth, trees } = program;
  for (let row = 0; row < rows; row++) {
    const goesRight = answers(program, features.subarray(row * width, (row + 1) * width));
    for (const { splits, output, values } of trees) {
      let child = splits.length === 0 ? 0 : -splits.length / 3;
      while (child < 0) {
        const split = 3 * (-1 - child);
        child = splits[split + (goesRight[splits[split] as number] ? 2 : 1)] as number;
      }
      for (let i = 0; i < leafWidth; i++) {
        const at = row * outputs + output + i;
        sums[at] = (sums[at] as number) + (values[child * leafWidth + i] as number);
      }
    }
  }
}
