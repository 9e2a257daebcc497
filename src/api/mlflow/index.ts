export { registerMlflow } from "./register.ts";
