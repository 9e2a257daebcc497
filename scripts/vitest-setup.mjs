// Before any test: kernels that match their sources, also where somebody runs `npx vitest` by itself, and a PostgreSQL
// that starts when the first test asks for it.
import { prepareTestServer } from "../src/store/postgres/test-server.ts";
import { buildKernels } from "./build-kernels.mjs";

export default async function setup() {
  await buildKernels();
  return prepareTestServer();
}
