export { appendFile, type AppendFile, type FileHeader } from "./append-file.ts";
export {
  fileSize,
  isAbsent,
  isClosed,
  lineRange,
  linesOf,
  readBlock,
  readHeader,
  readLines,
  spoolFiles,
} from "./file-lines.ts";
export { thousandths } from "./thousandths.ts";
