/** Typed input, merged: each keystroke's time tells who types what. */
import type { RecordedEvent } from "../wire.ts";

const SECOND_MS = 1_000;

/** Returns `events` with the last Input event of each field in each second. */
export function mergeInputs(events: RecordedEvent[]): RecordedEvent[] {
  const seen = new Set<string>();
  return events
    .reverse()
    .filter(({ type, data, timestamp }) => {
      if (type !== 3 || data.source !== 5) return true;
      const key = `${data.id} ${Math.floor(timestamp / SECOND_MS)}`;
      return !seen.has(key) && seen.add(key);
    })
    .reverse();
}
