export { openArtifactStore } from "./open.ts";
export type {
  ArtifactCheck,
  ArtifactStore,
  ByteRange,
  ListedArtifact,
  PutOptions,
  StoredArtifact,
  SweepOptions,
  SweepReport,
} from "./types.ts";
