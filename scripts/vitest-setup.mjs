// Before any test: kernels that match their sources, also where somebody runs `npx vitest` by itself.
import { buildKernels } from "./build-kernels.mjs";

export default async function setup() {
  await buildKernels();
}
