/** What a thread trains with: the kernels, its space in their memory, and whoever shares its work. */
import { createArena, createMemory, type Arena } from "./memory.ts";
import { createTeam, type Team } from "./team.ts";
import { instantiate, type KernelFunctions } from "./wasm.ts";

/** The functions and this thread's space in the memory they work on. */
export interface Kernels {
  readonly run: KernelFunctions;
  readonly arena: Arena;
  /** Who does the work of one training: this thread, or several. */
  readonly team: Team;
}

/**
 * Kernels for this thread; pass the memory of another thread's kernels to share it. With more than one thread, close
 * the team at the end.
 */
export function createKernels(memory: WebAssembly.Memory = createMemory(), threads = 1): Kernels {
  const run = instantiate(memory);
  const arena = createArena(memory);
  return { run, arena, team: createTeam(run, arena, threads) };
}
