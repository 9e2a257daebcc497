// What tests get for "fast-check" under CI: property tests that draw the same cases in every run, so that a run turns
// red by what was changed. Elsewhere they draw anew each time; FC_SEED=n repeats a draw.
import { configureGlobal } from "fast-check";

configureGlobal({ seed: Number(process.env.FC_SEED ?? 20261122) });

export * from "fast-check";
export { default } from "fast-check";
