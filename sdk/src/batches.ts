/** Gathers events into batches by time and size. */
import type { Environment } from "./environment.ts";
import { BATCH_EVENTS, BATCH_RAW_CHARS } from "./limits.ts";
import type { RecordedEvent } from "./wire.ts";

export interface Batches {
  add(event: RecordedEvent): void;
  /** Seals what was gathered so far, if anything. */
  seal(): void;
  /** Forgets what was gathered so far. */
  clear(): void;
}

/**
 * Calls `sealed` with NDJSON and its number of events, `interval()` ms after a batch's first event,
 * or earlier when it is full. An event that fills a batch alone travels alone.
 */
export function createBatches(
  env: Environment,
  interval: () => number,
  sealed: (ndjson: string, events: number) => void,
): Batches {
  let text = "";
  let events = 0;
  let cancel = (): void => {};

  function clear(): void {
    cancel();
    text = "";
    events = 0;
  }

  function seal(): void {
    const ready = text;
    const count = events;
    clear();
    if (count) sealed(ready, count);
  }

  return {
    add(event) {
      const line = `${JSON.stringify(event)}\n`;
      if (text.length + line.length > BATCH_RAW_CHARS) seal();
      if (!events) cancel = env.later(seal, interval());
      text += line;
      events++;
      if (text.length > BATCH_RAW_CHARS || events >= BATCH_EVENTS) seal();
    },
    seal,
    clear,
  };
}
