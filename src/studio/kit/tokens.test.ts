/** The contrasts of tokens.css, by the formula of WCAG 2.2, in both schemes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const css = readFileSync(join(import.meta.dirname, "tokens.css"), "utf8");

/** [light, dark] by name, for every token that is a pair of colours. */
const pairs = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#[\da-f]{6}), (#[\da-f]{6})\);/g)].map(
    ([, name = "", light = "", dark = ""]) => [name, [light, dark] as const],
  ),
);

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

/** Those of `over` x `under` of which the contrast is below `least`, as text. */
function below(least: number, over: readonly string[], under: readonly string[]): string[] {
  const found: string[] = [];
  for (const front of over)
    for (const back of under)
      for (const [scheme, name] of ["light", "dark"].entries()) {
        const colours = [pairs.get(front)?.[scheme], pairs.get(back)?.[scheme]] as const;
        const ratio = colours[0] && colours[1] ? contrast(colours[0], colours[1]) : 0;
        if (ratio < least) found.push(`${front} on ${back}, ${name}: ${ratio.toFixed(2)}`);
      }
  return found;
}

const surfaces = ["surface", "surface-raised", "surface-sunken", "surface-hover"];
const tones = ["ok", "warn", "fail", "info"];

describe("contrast", () => {
  test("is that of WCAG's examples", () => {
    expect(contrast("#000000", "#ffffff")).toBe(21);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  });

  test("of text is 4.5 on every surface", () => {
    const texts = ["text", "text-muted", "text-faint", "accent", ...tones];
    expect(below(4.5, texts, surfaces)).toEqual([]);
  });

  test("of text is 4.5 on soft grounds", () => {
    expect(below(4.5, ["text", "text-muted", "text-faint", "accent"], ["accent-soft"])).toEqual([]);
    expect(tones.flatMap((tone) => below(4.5, ["text", "text-muted", tone], [`${tone}-soft`]))).toEqual([]);
    // States in a row that is selected.
    expect(below(4.5, tones, ["accent-soft"])).toEqual([]);
  });

  test("of text on the accent is 4.5", () => {
    expect(below(4.5, ["accent-text"], ["accent", "accent-hover"])).toEqual([]);
  });

  test("of what one has to see is 3 on every surface", () => {
    expect(below(3, ["border-strong", "focus"], [...surfaces, "accent-soft"])).toEqual([]);
  });
});

test("every name that pages rely on is there", () => {
  const names =
    "surface surface-raised surface-sunken surface-hover border border-strong text text-muted text-faint accent"
      .concat(
        " accent-text accent-soft focus ok ok-soft warn warn-soft fail fail-soft info info-soft radius shadow-1 shadow-2",
      )
      .concat(" font mono", ..."12345678".split("").map((step) => ` space-${step}`));
  expect(names.split(" ").filter((name) => !css.includes(`  --${name}:`))).toEqual([]);
});
