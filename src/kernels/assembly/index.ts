// Entry of the kernels' WebAssembly module. Pointers are byte addresses in the one shared memory; there is no
// allocator and no garbage collector in here: memory.ts on the TypeScript side hands out the space.
export * from "./bin";
export * from "./dense";
export * from "./dense-adam";
export * from "./dense-embedding";
export * from "./gradients";
export * from "./histogram";
export * from "./level-split";
export * from "./linear";
export * from "./logistic-loss";
export * from "./nearest";
export * from "./partition";
export * from "./score-trees";
export * from "./split";
export { assist, dismiss, lead } from "./team";
export * from "./walk";
