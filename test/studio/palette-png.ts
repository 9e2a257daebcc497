/** Small files for pictures of pages: PNG (ISO/IEC 15948) with a palette. */
import { crc32, deflateSync } from "node:zlib";
import type { PNG } from "pngjs";

const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const paletteColor = 3;

/** Colours nearer than so many of 255 steps are one in the file: less than two thirds of what a comparison sees. */
const nearest = 16;

/** A colour of more pixels is of an area or a line, not of a letter's edge, and stays as it is. */
const fewPixels = 256;

/**
 * A page has some 1,500 colours, nearly all of them shades of its letters' edges; with some fifty a file has a quarter of
 * the bytes. Rows are not filtered, for neighbours are equal or unlike.
 */
export function encodePalettePng({ data, width, height }: Pick<PNG, "data" | "width" | "height">): Buffer {
  const pixels = new Uint32Array(data.buffer, data.byteOffset, width * height);
  const { palette, places } = paletteOf(pixels);
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0; at < pixels.length; at++)
    rows[at + Math.floor(at / width) + 1] = places.get(pixels[at] as number) as number;
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, paletteColor], 8);
  const chunks = [
    chunk("IHDR", head),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ];
  return Buffer.concat([signature, ...chunks]);
}

type Color = readonly [red: number, green: number, blue: number];

/** @param pixels as a little-endian machine reads red, green, blue and alpha; alpha is left out */
function paletteOf(pixels: Uint32Array): { palette: Color[]; places: Map<number, number> } {
  const counts = new Map<number, number>();
  for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
  const palette: Color[] = [];
  const places = new Map<number, number>();
  for (const [pixel, count] of [...counts].toSorted(([, a], [, b]) => b - a)) {
    const color: Color = [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    const distances = palette.map((other) => Math.hypot(...other.map((part, n) => part - (color[n] as number))));
    const best = distances.indexOf(Math.min(...distances));
    const isNew = palette.length < 256 && (count > fewPixels || best < 0 || (distances[best] as number) >= nearest);
    places.set(pixel, isNew ? palette.push(color) - 1 : best);
  }
  return { palette, places };
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
