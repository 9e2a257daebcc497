/**
 * The colours of the charts, in light and dark. `palette.css` holds the same values as custom properties; a test
 * compares the two, and the contrast of all.
 */
export interface ChartPalette {
  /** Colours of series, in the order in which they are given out; neighbours differ for colour-blind eyes too. */
  series: string[];
  /** From none to much. No step is so middling that neither its dark nor its light text would reach 4.5:1. */
  ramp: string[];
  /** The text on each step of the ramp. */
  rampText: string[];
}

const [darkInk, lightInk] = ["#0b1526", "#ffffff"];
const repeat = (first: string, firstCount: number, second: string): string[] =>
  Array.from({ length: 10 }, (_, step) => (step < firstCount ? first : second));

export const palette: Record<"light" | "dark", ChartPalette> = {
  light: {
    series: ["#1d6bde", "#d56e00", "#038a7f", "#6034ac", "#3a9742", "#b42965", "#9e840a", "#bb061e"],
    ramp: [
      "#f4f7fc",
      "#e3eefd",
      "#cee1fd",
      "#b4d3ff",
      "#98c2fd",
      "#75aefe",
      "#1966c6",
      "#0254b0",
      "#03438e",
      "#01306a",
    ],
    rampText: repeat(darkInk, 6, lightInk),
  },
  dark: {
    series: ["#5597fc", "#fe9647", "#26bdae", "#a884fe", "#75d079", "#e5598e", "#e4c64f", "#e64343"],
    ramp: [
      "#131c2a",
      "#122743",
      "#103260",
      "#0c3f7f",
      "#054da1",
      "#065cbe",
      "#66a6fe",
      "#8abafd",
      "#b1d0fc",
      "#d6e6fc",
    ],
    rampText: repeat(lightInk, 6, darkInk),
  },
};

/** The colour of the series at this place, as CSS: var(--series-1) to var(--series-8), then from the start again. */
export const seriesColor = (index: number): string => `var(--series-${(index % 8) + 1})`;

/** Dash patterns tell series apart where colours do not; the first is a whole line. */
const dashes = [undefined, "6 3", "2 3", "9 3 2 3", "12 4", "4 2", "1 4", "9 3 2 3 2 3"];
export const seriesDash = (index: number): string | undefined => dashes[index % 8];

/** The step of the ramp for a share from 0 to 1, and its text's colour, as CSS. */
export function rampColor(share: number): { fill: string; text: string } {
  const step = Math.min(9, Math.max(0, Math.floor(share * 10)));
  return { fill: `var(--ramp-${step})`, text: `var(--ramp-text-${step})` };
}
