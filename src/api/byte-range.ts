/** Parts of a download: one range of bytes (RFC 9110, 14.2). */
import { SlipwayError } from "../base/index.ts";

/**
 * @param header of the request
 * @param size of the whole, in bytes
 * @returns from `start` up to, and without, `end`; null where the whole is to be sent: no Range, or several of them
 * @throws SLW_ARTIFACT_RANGE where the range begins after the end
 */
export function byteRange(
  header: string | string[] | undefined,
  size: number,
): { readonly start: number; readonly end: number } | null {
  const match = typeof header === "string" ? /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header) : null;
  const [, first = "", last = ""] = match ?? [];
  if (first === "" && last === "") return null;
  // "-5": the last five bytes.
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size : Math.min(size, Number(last) + 1);
  if (first !== "" && last !== "" && Number(last) < start) return null;
  if (start < size && start < end) return { start, end };
  throw new SlipwayError("SLW_ARTIFACT_RANGE", `The range ${String(header)} is not in the ${size} bytes.`, {
    details: { size },
  });
}
