import type { Wire } from "../wires/index.ts";
import type { Exchange } from "./exchange.ts";
import type { Deployment } from "./live.ts";

/** Copies of requests that wait for deployments that are tried out. */
export interface MirrorQueue {
  readonly waiting: MirroredRequest[];
  /** Bytes of the bodies that wait. */
  bytes: number;
  running: boolean;
}

export interface MirroredRequest {
  readonly exchange: Exchange;
  readonly wire: Wire;
  readonly deployment: Deployment;
  readonly body: Buffer;
}

export function createMirrorQueue(): MirrorQueue {
  return { waiting: [], bytes: 0, running: false };
}
