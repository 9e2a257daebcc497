export { readBackup } from "./read.ts";
export { settleRestored } from "./settle-restored.ts";
export { writeBackup, type BackupReport } from "./write.ts";
