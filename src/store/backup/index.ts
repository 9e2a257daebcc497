export type { BackupEnd, BackupHead } from "./layout.ts";
export { readBackup, type RestoreTarget } from "./read.ts";
export { writeBackup, type BackupReport, type BackupSource } from "./write.ts";
export { settleRestored } from "./settle-restored.ts";
