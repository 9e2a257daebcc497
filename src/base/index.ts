export type { ErrorKind } from "./errors/error-kind.ts";
export { SlipwayError, errorTable, type ErrorCode } from "./errors/index.ts";
export { idOf, newId } from "./ids.ts";
export { createLog, logLevels, silentLog, type Log, type LogLevel, type LogOptions } from "./log.ts";
export { siblingModule } from "./module-url.ts";
export { nearest } from "./nearest.ts";
export { createRandom, type Random } from "./random.ts";
export type { Column, ColumnType, DateTimeColumn, NumericColumn, StringColumn, Table } from "./table.ts";
export { slipwayVersion } from "./version.ts";
