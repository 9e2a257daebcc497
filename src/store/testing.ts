/** For tests alone, and not in the package: a real PostgreSQL. The other door of this folder, which only tests may use. */
export { testDatabase, type TestDatabase } from "./postgres/testing.ts";
