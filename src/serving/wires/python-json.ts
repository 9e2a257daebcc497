/** JSON as Python's json.dumps writes it, byte for byte: blanks after comma and colon, ASCII, and 1.0 for a float. */

/** @param asFloats numbers were floats in Python, so that 2 is written "2.0" */
export function pythonJson(value: unknown, asFloats: boolean): string {
  if (value === null || value === undefined) return "null";
  switch (typeof value) {
    case "number":
      return !asFloats && Number.isInteger(value) ? String(value) : pythonFloat(value);
    case "string":
      return pythonText(value);
    case "boolean":
      return String(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => pythonJson(item, asFloats)).join(", ")}]`;
  const members = Object.entries(value as object);
  return `{${members.map(([key, item]) => `${pythonText(key)}: ${pythonJson(item, asFloats)}`).join(", ")}}`;
}

function pythonText(text: string): string {
  return JSON.stringify(text).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Both languages write the fewest digits that read back as the number; they differ in when they write an exponent. */
function pythonFloat(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (!Number.isFinite(value)) return value > 0 ? "Infinity" : "-Infinity";
  if (value === 0) return Object.is(value, -0) ? "-0.0" : "0.0";
  const [digits = "", power = ""] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
  }
  // From 1e-4 to 1e16 JavaScript writes no exponent either.
  return Number.isInteger(value) ? `${value}.0` : String(value);
}
