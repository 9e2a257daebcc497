export { mlflowAddress, registerMlflow } from "./register.ts";
