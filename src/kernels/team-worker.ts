/** A member of a team: sits in the kernels until it is sent home. */
import { workerData } from "node:worker_threads";
import { leaveTeam, type TeamWorkerInput } from "./team.ts";
import { instantiate } from "./wasm.ts";

const { memory, control, index } = workerData as TeamWorkerInput;
instantiate(memory).assist(control, index);
leaveTeam(memory, control);
