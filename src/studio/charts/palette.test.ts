import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { palette, rampColor, seriesColor } from "./palette.ts";

type Rgb = [number, number, number];

/** Linear RGB of a hex colour. */
function linear(hex: string): Rgb {
  const channel = (from: number) => {
    const value = Number.parseInt(hex.slice(from, from + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;
  const [low, high] = [luminance(linear(a)), luminance(linear(b))].toSorted((x, y) => x - y) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Machado, Oliveira, Fernandes 2009, severity 1, on linear RGB. */
function deuteranopia([r, g, b]: Rgb): Rgb {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clamp(0.367322 * r + 0.860646 * g - 0.227968 * b),
    clamp(0.280085 * r + 0.672501 * g + 0.047413 * b),
    clamp(-0.01182 * r + 0.04294 * g + 0.968881 * b),
  ];
}

/** Ottosson 2020: distances in it are about as they look; 0.02 can just be seen side by side. */
function oklab([r, g, b]: Rgb): Rgb {
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
}

function distance(a: string, b: string, seen: (color: Rgb) => Rgb): number {
  const [p, q] = [oklab(seen(linear(a))), oklab(seen(linear(b)))];
  return Math.hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

const surfaces = { light: ["#ffffff", "#f5f6f8"], dark: ["#0e1014", "#1a1d23"] };

describe.each(["light", "dark"] as const)("the palette in %s", (theme) => {
  const { series, ramp, rampText } = palette[theme];

  test("text on every step of the ramp reaches 4.5:1", () => {
    expect(ramp).toHaveLength(10);
    const unreadable = ramp.filter((fill, step) => contrast(fill, rampText[step] as string) < 4.5);
    expect(unreadable).toEqual([]);
  });

  test("every series reaches 3:1 on the surfaces", () => {
    expect(series).toHaveLength(8);
    const pale = series.filter((color) => surfaces[theme].some((surface) => contrast(color, surface) < 3));
    expect(pale).toEqual([]);
  });

  test("neighbours differ, for deuteranopic eyes too", () => {
    for (const [index, color] of series.entries()) {
      if (index === 0) continue;
      const before = series[index - 1] as string;
      expect(distance(before, color, (seen) => seen)).toBeGreaterThan(0.12);
      expect(distance(before, color, deuteranopia)).toBeGreaterThan(0.09);
    }
  });

  test("the ramp goes one way", () => {
    const lightness = ramp.map((color) => oklab(linear(color))[0] * (theme === "light" ? -1 : 1));
    expect(lightness).toEqual(lightness.toSorted((a, b) => a - b));
  });
});

test("palette.css says the same", () => {
  const lines = (["series", "ramp", "rampText"] as const).flatMap((part) =>
    palette.light[part].map((light, index) => {
      const name = { series: `series-${index + 1}`, ramp: `ramp-${index}`, rampText: `ramp-text-${index}` }[part];
      return `--${name}: light-dark(${light}, ${palette.dark[part][index]});`;
    }),
  );
  const css = readFileSync(join(import.meta.dirname, "palette.css"), "utf8");
  const found = css.split("\n").flatMap((line) => (line.trim().startsWith("--") ? [line.trim()] : []));
  expect(found).toEqual(lines);
});

test("colours are given out by place and share", () => {
  expect([0, 7, 8].map(seriesColor)).toEqual(["var(--series-1)", "var(--series-8)", "var(--series-1)"]);
  expect([-1, 0, 0.55, 1].map((share) => rampColor(share).fill)).toEqual([0, 0, 5, 9].map((n) => `var(--ramp-${n})`));
});
