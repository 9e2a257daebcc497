export { codeExamples, type CodeExamples } from "./code-examples.ts";
