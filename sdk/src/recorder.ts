/** rrweb's recorder behind the policy's mask. */
import { record } from "@rrweb/record";
import { guard } from "./guards.ts";
import { createMask, recordOptions } from "./privacy/mask.ts";
import type { Policy, RecordedEvent } from "./wire.ts";

export interface Recorder {
  /** Masks an event of our own and passes it on. */
  custom(tag: string, payload: unknown, timestamp: number): void;
  snapshot(): void;
  stop(): void;
}

/**
 * rrweb wraps the page's own calls (insertRule, say) together with its observers. A DOMException is
 * then the page's own and must reach it; anything else is rrweb's and must not.
 */
const swallow = (error: unknown): boolean => !(error instanceof DOMException);

/** Records until stopped; `emit` sees masked events only. */
export function startRecorder(policy: Policy, emit: (event: RecordedEvent) => void): Recorder {
  const mask = createMask(policy);
  let live = true;

  const take = guard((event: RecordedEvent) => {
    const masked = live && mask(event);
    if (masked) emit(masked);
  });

  const end = record({
    ...recordOptions(policy),
    recordAfter: "DOMContentLoaded",
    errorHandler: swallow,
    emit: (event) => take(event as RecordedEvent),
  });

  return {
    custom: (tag, payload, timestamp) => take({ type: 5, data: { tag, payload }, timestamp }),
    snapshot: guard(() => record.takeFullSnapshot(true)),
    stop: guard(() => {
      live = false;
      end?.();
    }),
  };
}
