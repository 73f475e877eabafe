/** What the vault's pages ask of the API; the source is docs/console-api.md. */
import { change, get, send } from "./client";
import type { Author } from "./settings";

/** What is to be erased, as an order, a row and a receipt say it. */
export type Subject =
  | { kind: "session"; session: string }
  | { kind: "user"; user: string }
  | { kind: "range"; from_ms: number; to_ms: number }
  | { kind: "tenant" };

export type Order = Exclude<Subject, { kind: "tenant" }> | { kind: "tenant"; name: string };

/** What was found; `objects` alone while the erasure runs. */
export interface Erased {
  objects: number;
  bytes?: number;
  sessions?: number;
  exports?: number;
  index_entries?: number;
}

export interface Erasure {
  id: string;
  what: Subject;
  by: Author;
  ordered_ms: number;
  done_ms: number | null;
  state: "running" | "done" | "failed";
  error: string | null;
  erased: Erased;
  replay_of: string | null;
}

export interface Part {
  n: number;
  bytes: number;
  sha256: string;
  objects: number;
}

export interface Manifest {
  version: number;
  export: string;
  session: string | null;
  parts: Part[];
}

export interface Export {
  id: string;
  kind: "session" | "tenant";
  session: string | null;
  by: Author;
  ordered_ms: number;
  state: "running" | "ready" | "removed" | "failed";
  error: string | null;
  objects: number;
  expires_ms: number | null;
  manifest: Manifest | null;
}

export type Mode = "google_managed" | "customer_managed";

/** What the owner of a key has to do to show that they want this. */
export interface Proof {
  key: string;
  label: string;
  value: string;
  expires: string;
  agent: string | null;
  viewer: string | null;
}

export interface SealChange {
  id: string;
  kind: "change_seal" | "reseal";
  state: "pending" | "running" | "done" | "failed";
  step: string;
  steps: string[];
  error: string | null;
  done: number;
  total: number | null;
  mode: Mode | null;
  abortable: boolean;
  aborted: boolean;
  proof: Proof | null;
}

export interface Seal {
  mode: Mode;
  kms_key: string | null;
  location: string;
  state: "available" | "unavailable" | "unknown" | "shredded";
  reason: string | null;
  operation: SealChange | null;
}

async function answer<T>(method: string, path: string, body: object): Promise<T> {
  return (await change(method, path, body)).json() as Promise<T>;
}

/** An erasure's answer, with its receipt: a file that anybody can check. */
export const receiptPath = (id: string): string => `/v1/erasures/${encodeURIComponent(id)}`;

export const vault = {
  erasures: async (): Promise<Erasure[]> =>
    (await get<{ erasures: Erasure[] }>("/v1/erasures")).erasures,
  erase: (order: Order): Promise<Erasure> => answer("POST", "/v1/erasures", order),
  exports: async (): Promise<Export[]> => (await get<{ exports: Export[] }>("/v1/exports")).exports,
  export: (session: string | null): Promise<Export> =>
    answer("POST", "/v1/exports", session ? { kind: "session", session } : { kind: "tenant" }),
  seal: (): Promise<Seal> => get("/v1/seal"),
  changeSeal: (mode: Mode, key: string | null): Promise<Seal> =>
    answer("PUT", "/v1/seal", key ? { mode, kms_key: key } : { mode }),
  abortSeal: (): Promise<Seal> => answer("POST", "/v1/seal/abort", {}),
  reseal: (): Promise<Seal> => answer("POST", "/v1/seal/reseal", {}),
};

/** One range of a part's bytes, at most what the API answers at once. */
export async function readPart(
  id: string,
  part: Part,
  first: number,
  last: number,
): Promise<ArrayBuffer> {
  const path = `/v1/exports/${encodeURIComponent(id)}/parts/${part.n}`;
  const response = await send(path, { headers: { Range: `bytes=${first}-${last}` } });
  return response.arrayBuffer();
}
