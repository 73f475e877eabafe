/** What travels between the SDK and the server (docs/protocol.md). */

export interface Policy {
  version: number;
  allow: string[];
  selectors: { mask: string[]; block: string[]; allow: string[] };
  paths: { prefix: string; forbid: string[] }[];
  sampling: number;
  honour: { gpc: boolean; dnt: boolean };
}

/** The answer of a handshake whose session is recorded. */
export interface Grant {
  record: true;
  session: string;
  token: string;
  /** Seconds. */
  expires_in: number;
  resume: string;
  ingest: string;
  /** The server's clock, Unix ms. */
  now: number;
  interval_ms: number;
  limits: { batches: number; bytes: number };
  policy: Policy;
  /** Where members replay this session; absent if the operator names no console. */
  url?: string;
}

/** The answer of a handshake whose session is not sampled. */
export interface Unsampled {
  record: false;
  session: string;
  resume: string;
  now: number;
}

export type Answer = Grant | Unsampled;

/** The page before this one in the same tab, and the last sequence number that it used. */
export interface Previous {
  page: string;
  last: number;
}

/** An rrweb event, as loosely as the pipeline needs to know it. */
export interface RecordedEvent {
  type: number;
  // biome-ignore lint/suspicious/noExplicitAny: rrweb's data is a union of 20 shapes
  data: any;
  timestamp: number;
}
