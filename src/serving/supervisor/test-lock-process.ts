/** A process that wants a lock when it is told to, and keeps it. For tests. */
import { acquireLock } from "./lock.ts";

const [, , folder = ""] = process.argv;
process.once("message", () => {
  void acquireLock(folder, { name: "test", patience: 1_000 }).then((lock) => process.send?.(lock !== null));
});
process.send?.("ready");
// Until it is killed.
setInterval(() => {}, 60_000);
