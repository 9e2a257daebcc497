/** A relative path that every system takes for the same file: no "..", backslash, colon or control character. */
export function isSafePath(path: string): boolean {
  if (path.length === 0 || path.length > 1000 || !path.isWellFormed() || /[\p{Cc}\\:]/u.test(path)) return false;
  return path
    .split("/")
    .every((part) => part !== "" && part !== "." && part !== ".." && Buffer.byteLength(part) <= 255);
}
