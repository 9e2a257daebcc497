/** For tests: writes numbered lines until it is killed, and says which are in the file. Argument: path of the file. */
import { appendFile } from "./append-file.ts";

process.on("disconnect", () => process.exit());
const file = appendFile(process.argv[2] as string, { limit: 1_000_000 });
for (let number = 0; ; number++) {
  while (!file.append(`{"number":${number},"text":"${"x".repeat(number % 300)}"}\n`)) await file.flush();
  if (number % 50 === 0 && (await file.flush())) process.send?.(number);
}
