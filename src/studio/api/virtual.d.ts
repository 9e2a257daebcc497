declare module "virtual:operations" {
  import type { OperationShape } from "../../contract/index.ts";
  /** By operation id; made by Vite from the contract. */
  const shapes: Readonly<Record<string, OperationShape>>;
  export default shapes;
}
