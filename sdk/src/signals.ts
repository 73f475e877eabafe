/** What the visitor's browser says about being recorded. */
import type { Policy } from "./wire.ts";

interface Signals {
  globalPrivacyControl?: boolean;
  doNotTrack?: string | null;
}

/** Tells whether a signal that the policy honours forbids recording (GPC by default, DNT if asked). */
export function forbidsRecording(policy: Policy, signals: Signals = navigator as Signals): boolean {
  const { gpc = true, dnt = false } = policy.honour ?? {};
  return (gpc && signals.globalPrivacyControl === true) || (dnt && signals.doNotTrack === "1");
}
