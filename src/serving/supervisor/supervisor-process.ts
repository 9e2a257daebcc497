/** The process of a supervisor: supervisor-process FOLDER REPLICA-ENTRY [DESCRIPTOR OF THE LISTENING SOCKET]. See launch.ts. */
import { runSupervisor } from "./supervisor.ts";

const [, , folder, replicaEntry, fd] = process.argv;
if (folder === undefined || replicaEntry === undefined)
  throw new Error("The folder and the replica's module are missing.");
process.exit(await runSupervisor({ folder, replicaEntry, fd: fd === undefined ? null : Number(fd) }));
