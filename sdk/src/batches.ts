/** Gathers events into batches by time and size. */
import type { Environment } from "./environment.ts";
import { BATCH_EVENTS, BATCH_RAW_CHARS } from "./limits.ts";
import { mergeInputs } from "./privacy/inputs.ts";
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
  const lines = new Map<RecordedEvent, string>();
  let chars = 0;
  let cancel = (): void => {};

  function clear(): void {
    cancel();
    lines.clear();
    chars = 0;
  }

  function seal(): void {
    const events = mergeInputs([...lines.keys()]);
    const text = events.map((event) => lines.get(event)).join("");
    clear();
    if (text) sealed(text, events.length);
  }

  return {
    add(event) {
      const line = `${JSON.stringify(event)}\n`;
      if (chars + line.length > BATCH_RAW_CHARS) seal();
      if (!chars) cancel = env.later(seal, interval());
      lines.set(event, line);
      chars += line.length;
      if (chars > BATCH_RAW_CHARS || lines.size >= BATCH_EVENTS) seal();
    },
    seal,
    clear,
  };
}
