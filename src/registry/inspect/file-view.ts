/** A file read in place, window by window: what a structure check skips is never read into memory. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";

/** Bytes [start, end) of something larger. */
export interface View {
  readonly start: number;
  readonly end: number;
}

export interface FileView extends View {
  /** One byte; undefined at or beyond the end of the file. */
  byte(position: number): number | undefined;
  /** A copy. */
  bytes(view: View): Uint8Array;
  close(): void;
}

const windowBytes = 64 * 1024;

export function openFileView(path: string): FileView {
  const descriptor = openSync(path, "r");
  const { size } = fstatSync(descriptor);
  const window = Buffer.alloc(windowBytes);
  let from = 0;
  let filled = 0;
  return {
    start: 0,
    end: size,
    byte(position) {
      if (position < from || position >= from + filled) {
        filled = readSync(descriptor, window, 0, windowBytes, position);
        from = position;
      }
      return position < from + filled ? window[position - from] : undefined;
    },
    bytes({ start, end }) {
      const result = Buffer.alloc(end - start);
      return result.subarray(0, readSync(descriptor, result, 0, end - start, start));
    },
    close: () => closeSync(descriptor),
  };
}
