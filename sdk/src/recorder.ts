/** rrweb's recorder behind the policy's mask. */
import { record } from "@rrweb/record";
import { guard } from "./guards.ts";
import { createMask, recordOptions } from "./privacy/mask.ts";
import type { Policy, RecordedEvent } from "./wire.ts";

/**
 * rrweb wraps the page's own calls (insertRule, say) together with its observers. A DOMException is
 * then the page's own and must reach it; anything else is rrweb's and must not.
 */
const swallow = (error: unknown): boolean => !(error instanceof DOMException);

export class Recorder {
  readonly #policy: Policy;
  readonly #emit: (event: RecordedEvent) => void;
  readonly #mask: (event: RecordedEvent) => RecordedEvent | null;
  #end: (() => void) | undefined;
  #live = true;

  /** `emit` sees masked events only. */
  constructor(policy: Policy, emit: (event: RecordedEvent) => void) {
    this.#policy = policy;
    this.#emit = emit;
    this.#mask = createMask(policy, (id) => record.mirror.getNode(id));
  }

  /** Emits Meta and a full snapshot, at once if the document is parsed, and then what changes. */
  readonly start = guard(() => {
    this.#end = record({
      ...recordOptions(this.#policy),
      recordAfter: "DOMContentLoaded",
      errorHandler: swallow,
      emit: (event) => this.take(event as RecordedEvent),
    });
  });

  /** Masks an event and passes it on, if the policy leaves anything of it. */
  readonly take = guard((event: RecordedEvent) => {
    const masked = this.#live && this.#mask(event);
    if (masked) this.#emit(masked);
  });

  readonly snapshot = guard(() => record.takeFullSnapshot(true));

  readonly stop = guard(() => {
    this.#live = false;
    this.#end?.();
  });
}
