/** For tests that kill it: puts its standard input into the store of its argument, and prints what is stored. */
import { openArtifactStore } from "./index.ts";

const store = await openArtifactStore(process.argv[2] ?? "");
process.stdout.write("ready\n");
process.stdout.write(`${JSON.stringify(await store.put(process.stdin))}\n`);
