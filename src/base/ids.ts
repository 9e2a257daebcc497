import { v5, v7 } from "uuid";

/** A new id: 32 hexadecimal digits of a UUID version 7 (RFC 9562), so that ids sort by the time they were made. */
export function newId(): string {
  return v7().replaceAll("-", "");
}

/** Ids of things that must not be made twice by a request that is sent twice are derived from its key. */
const namespace = "8c2f7c0e-54b7-4e0c-9d1a-1f2f0f6d7a51";

/** The same id for the same name: 32 hexadecimal digits of a UUID version 5. */
export function idOf(name: string): string {
  return v5(name, namespace).replaceAll("-", "");
}
