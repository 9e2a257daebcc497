/** Python's NaN in what is JSON otherwise. */

const quote = 0x22;
const backslash = 0x5c;
const [n, a] = Buffer.from("Na") as unknown as [number, number];

/** With null in the place of every NaN outside of texts; the same bytes where there is none. */
export function nullForNaN(body: Buffer): Buffer {
  if (!body.includes("NaN")) return body;
  // NaN becomes longer by a byte.
  const written = Buffer.allocUnsafe(Math.ceil((body.length * 4) / 3));
  let length = 0;
  let isText = false;
  for (let at = 0; at < body.length; at++) {
    const byte = body[at] as number;
    if (!isText && byte === n && body[at + 1] === a && body[at + 2] === n) {
      length += written.write("null", length, "latin1");
      at += 2;
      continue;
    }
    written[length++] = byte;
    if (byte === quote) isText = !isText;
    else if (byte === backslash && at + 1 < body.length) written[length++] = body[++at] as number;
  }
  return length === body.length ? body : written.subarray(0, length);
}
