/** What the posture page asks of the API; the source is docs/console-api.md. */
import { get } from "./client";

export type CheckState = "pass" | "fail" | "not_applicable";
export type Standing = "pass" | "notice" | "fail";

/** One promise: what was read, from where and when, and what to do if it is broken. */
export interface Check {
  id: string;
  title: string;
  state: CheckState;
  notice: boolean;
  read: string;
  source: string;
  at_ms: number;
  says: string;
  todo: string | null;
}

export interface Posture {
  tenant: string;
  name: string;
  standing: Standing;
  checked_ms: number;
  counts: Record<CheckState, number>;
  checks: Check[];
}

/** The same, signed, as a file; the server names it. */
export const REPORT = "/v1/posture/report";

export const readPosture = (): Promise<Posture> => get("/v1/posture");
