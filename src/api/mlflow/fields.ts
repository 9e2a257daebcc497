/**
 * Fields of MLflow's requests, in the JSON form of protocol buffers (https://protobuf.dev/programming-guides/json):
 * whole numbers as numbers or text, NaN and infinities as text, enumerations by name or number, null as absent.
 */

/** What `read` answers for a value of another type. */
export const mistyped = Symbol("mistyped");

export interface Field<T> {
  readonly read: (value: unknown) => T | typeof mistyped;
  /** Of the fields of a message in a field; null for scalars. */
  readonly message: Fields | null;
  readonly repeated: boolean;
  readonly required: boolean;
  /** Where the field is absent. */
  readonly absent: T | undefined;
  /** @returns the whole message of what is wrong with a value of the right type; "" for "Invalid value …"; null if nothing is */
  check(value: T): string | null;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a message of these fields holds. */
export type Values<F extends Fields> = { readonly [Name in keyof F]: F[Name] extends Field<infer T> ? T : never };

const unchecked = (): null => null;

function scalar<T>(read: (value: unknown) => T | typeof mistyped): Field<T | undefined> {
  return { read, message: null, repeated: false, required: false, absent: undefined, check: unchecked };
}

export const text: Field<string | undefined> = scalar((value) => (typeof value === "string" ? value : mistyped));

/** Also "true" and "false", which is how they stand in a query string. */
export const bool: Field<boolean | undefined> = scalar((value) => {
  if (typeof value === "boolean") return value;
  const word = typeof value === "string" ? value.toLowerCase() : "";
  return word === "true" || word === "false" ? word === "true" : mistyped;
});

export const integer: Field<number | undefined> = scalar((value) => {
  const number = typeof value === "string" && /^-?\d{1,19}$/.test(value) ? Number(value) : value;
  return Number.isInteger(number) && Math.abs(number as number) <= 2 ** 63 ? (number as number) : mistyped;
});

const written: Readonly<Record<string, number>> = { NaN, Infinity, "-Infinity": -Infinity };

export const double: Field<number | undefined> = scalar((value) => {
  if (typeof value === "number") return value;
  if (typeof value !== "string") return mistyped;
  if (Object.hasOwn(written, value)) return written[value] as number;
  return /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(value) ? Number(value) : mistyped;
});

/** @param names by their numbers */
export function enumeration<Name extends string>(names: Readonly<Record<number, Name>>): Field<Name | undefined> {
  const known = new Set<string>(Object.values(names));
  return scalar((value) => {
    if (typeof value === "string" && known.has(value)) return value as Name;
    const number = typeof value === "string" && /^\d{1,9}$/.test(value) ? Number(value) : value;
    return typeof number === "number" && Object.hasOwn(names, number) ? (names[number] as Name) : mistyped;
  });
}

export function message<F extends Fields>(fields: F): Field<Values<F> | undefined> {
  const read = (value: unknown): Values<F> | typeof mistyped => (isObject(value) ? (value as Values<F>) : mistyped);
  return { ...scalar(read), message: fields };
}

export function repeated<T>(field: Field<T>): Field<readonly Exclude<T, undefined>[]> {
  return { ...field, repeated: true, absent: [], check: unchecked } as unknown as Field<
    readonly Exclude<T, undefined>[]
  >;
}

/** Absent and "" are refused. */
export function required<T>(field: Field<T>): Field<Exclude<T, undefined>> {
  return { ...field, required: true } as unknown as Field<Exclude<T, undefined>>;
}

export function withDefault<T>(field: Field<T>, absent: Exclude<T, undefined>): Field<Exclude<T, undefined>> {
  return { ...field, absent } as unknown as Field<Exclude<T, undefined>>;
}

/** @param check as in Field */
export function checked<T>(field: Field<T>, check: (value: Exclude<T, undefined>) => string | null): Field<T> {
  return { ...field, check } as Field<T>;
}

/** "experiment_id" as "experimentId", which protocol buffers take too. */
export function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
