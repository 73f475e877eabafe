/** What the settings pages ask of the API; the source is docs/console-api.md. */
import { change, get } from "./client";
import type { Capability, Policy } from "./policy";

/** Who made a version: a member, or the operator, who has no address here. */
export interface Author {
  id: string;
  email: string | null;
}

export interface PolicyVersion {
  version: number;
  created_ms: number;
  by: Author;
  allow: Capability[];
}

export interface CurrentPolicy extends PolicyVersion {
  hash: string;
  policy: Policy;
  history: PolicyVersion[];
}

export interface SdkKey {
  id: string;
  label: string;
  origins: string[];
  state: "active" | "disabled";
  created_ms: number;
  expires_ms: number | null;
  assertion_key: string | null;
}

/** The answer that shows a key, once. */
export interface NewKey extends SdkKey {
  key: string;
}

export interface KeyDraft {
  label: string;
  origins: string[];
  assertion_key: string | null;
}

/** What became of one key's batches on one UTC day (YYYYMMDD). */
export interface OutcomeRow {
  day: string;
  key: string;
  accepted: number;
  bytes: number;
  duplicate: number;
  masked: number;
  sessions: number;
  refused: Record<string, number>;
  /** Refused handshakes by reason. */
  handshakes: Record<string, number>;
}

export interface Outcomes {
  days: string[];
  rows: OutcomeRow[];
  keys: { id: string; label: string | null }[];
}

async function answer<T>(method: string, path: string, body: object): Promise<T> {
  return (await change(method, path, body)).json() as Promise<T>;
}

const keyPath = (id: string): string => `/v1/keys/${encodeURIComponent(id)}`;

export const settings = {
  policy: (): Promise<CurrentPolicy> => get("/v1/policy"),
  replacePolicy: (version: number, policy: Omit<Policy, "version">): Promise<CurrentPolicy> =>
    answer("PUT", "/v1/policy", { version, policy }),
  keys: async (): Promise<SdkKey[]> => (await get<{ keys: SdkKey[] }>("/v1/keys")).keys,
  addKey: (draft: KeyDraft): Promise<NewKey> => answer("POST", "/v1/keys", draft),
  changeKey: (id: string, draft: KeyDraft): Promise<SdkKey> => answer("PATCH", keyPath(id), draft),
  rotateKey: (id: string, hours: number): Promise<NewKey> =>
    answer("POST", `${keyPath(id)}/rotate`, { overlap_hours: hours }),
  disableKey: (id: string): Promise<SdkKey> => answer("POST", `${keyPath(id)}/disable`, {}),
  outcomes: (days: number): Promise<Outcomes> => get(`/v1/outcomes?days=${days}`),
};
