/** The list of a combo box: which options it shows, and where the keys lead. */
import type { Option } from "./select.tsx";

export type Move = "next" | "previous" | "first" | "last";

/** Those whose label or description has the text: the ones that begin with it first. */
export function matching(options: readonly Option[], text: string): readonly Option[] {
  const part = text.trim().toLowerCase();
  if (part === "") return options;
  const begins = ({ label }: Option): boolean => label.toLowerCase().startsWith(part);
  const holds = ({ label, description }: Option): boolean =>
    label.toLowerCase().includes(part) || (description?.toLowerCase().includes(part) ?? false);
  const found = options.filter(holds);
  return [...found.filter(begins), ...found.filter((option) => !begins(option))];
}

/** @returns -1 where there is nothing to be at */
export function movedIndex(move: Move, at: number, count: number): number {
  if (count === 0) return -1;
  if (move === "first") return 0;
  if (move === "last") return count - 1;
  return move === "next" ? (at + 1) % count : (Math.max(at, 0) - 1 + count) % count;
}
