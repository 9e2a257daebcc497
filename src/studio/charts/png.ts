/** A picture of a chart as a file, made in the browser. */

/** What CSS says about a shape; a picture alone has no style sheet. */
const inlined = [
  "fill",
  "fill-opacity",
  "stroke",
  "stroke-width",
  "stroke-opacity",
  "stroke-dasharray",
  "stroke-linejoin",
  "paint-order",
  "opacity",
  "font-family",
  "font-size",
  "font-weight",
  "font-variant-numeric",
  "text-anchor",
];

const [margin, lineHeight, scale] = [16, 22, 2];

/** A copy of the picture that looks the same by itself. */
function copyOf(svg: SVGSVGElement): SVGSVGElement {
  const copy = svg.cloneNode(true) as SVGSVGElement;
  const originals = [svg, ...svg.querySelectorAll("*")];
  for (const [index, element] of [copy, ...copy.querySelectorAll("*")].entries()) {
    const computed = getComputedStyle(originals[index] as Element);
    for (const name of inlined) element.setAttribute(name, computed.getPropertyValue(name));
    element.removeAttribute("class");
    element.removeAttribute("style");
  }
  for (const passing of copy.querySelectorAll("[data-passing]")) passing.remove();
  copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
  return copy;
}

async function imageOf(svg: SVGSVGElement): Promise<HTMLImageElement> {
  const url = URL.createObjectURL(
    new Blob([new XMLSerializer().serializeToString(copyOf(svg))], { type: "image/svg+xml" }),
  );
  try {
    const image = new Image();
    image.src = url;
    await image.decode();
    return image;
  } finally {
    URL.revokeObjectURL(url);
  }
}

interface Entry {
  text: string;
  color: string;
}

/** The legend's words, each with the colour of its swatch. */
function legendOf(place: Element): Entry[] {
  return [...place.querySelectorAll<HTMLElement>("[data-legend]")].map((word) => {
    const shape = word.previousElementSibling?.firstElementChild;
    const style = shape ? getComputedStyle(shape) : undefined;
    const color = style?.stroke !== "none" ? style?.stroke : style.fill;
    return { text: word.dataset["legend"] ?? "", color: color ?? "" };
  });
}

/**
 * The picture of the first chart within `place`, with the title and the legend, at twice its size.
 * @returns null where there is no chart, or the browser has no canvas.
 */
export async function pngOf(place: HTMLElement, title: string): Promise<Blob | null> {
  const svg = place.querySelector<SVGSVGElement>('svg[role="img"]');
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  if (svg === null || context === null) return null;
  const image = await imageOf(svg);
  const legend = legendOf(place);
  const style = getComputedStyle(place);
  const [width, height] = [svg.clientWidth, svg.clientHeight];
  context.font = `12px ${style.fontFamily}`;
  const rows = legendRows(context, legend, width);
  const top = margin + lineHeight * (1 + rows.length) + 6;
  canvas.width = (width + 2 * margin) * scale;
  canvas.height = (height + top + margin) * scale;
  context.scale(scale, scale);
  context.fillStyle = backgroundOf(place);
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.fillStyle = style.color;
  context.font = `600 14px ${style.fontFamily}`;
  context.fillText(title, margin, margin + 14, width);
  context.font = `12px ${style.fontFamily}`;
  for (const [row, entries] of rows.entries()) {
    const middle = margin + lineHeight * (row + 1) + 12;
    for (const { x, text, color } of entries) {
      context.fillStyle = color;
      context.fillRect(margin + x, middle - 5, 10, 10);
      context.fillStyle = style.color;
      context.fillText(text, margin + x + 16, middle + 4);
    }
  }
  context.drawImage(image, margin, top, width, height);
  return await new Promise((resolve) => {
    canvas.toBlob(resolve, "image/png");
  });
}

function legendRows(context: CanvasRenderingContext2D, legend: Entry[], width: number): (Entry & { x: number })[][] {
  const rows: (Entry & { x: number })[][] = [];
  let x = Number.POSITIVE_INFINITY;
  for (const entry of legend) {
    const wide = context.measureText(entry.text).width + 34;
    if (x + wide > width) {
      rows.push([]);
      x = 0;
    }
    rows.at(-1)?.push({ ...entry, x });
    x += wide;
  }
  return rows;
}

/** The first colour behind an element that is not transparent. */
function backgroundOf(element: Element | null): string {
  for (let at = element; at !== null; at = at.parentElement) {
    const color = getComputedStyle(at).backgroundColor;
    if (color !== "" && color !== "transparent" && !color.endsWith(", 0)")) return color;
  }
  return "white";
}

/** Lets the browser save a file. */
export function saveBlob(blob: Blob, fileName: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = fileName;
  link.click();
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
