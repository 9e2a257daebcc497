export { openArtifactStore } from "./open.ts";
export type { ArtifactStore, ByteRange, ListedArtifact, PutOptions, StoredArtifact, SweepOptions } from "./types.ts";
