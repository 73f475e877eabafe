/** rrweb's recorder behind the policy's mask, which follows the page's path. */
import { record } from "@rrweb/record";
import { watchDrawings } from "./drawings.ts";
import { watchFonts } from "./fonts.ts";
import { guard } from "./guards.ts";
import { type Bound, createBound } from "./privacy/fields.ts";
import { createMask, recordOptions } from "./privacy/mask.ts";
import { narrow } from "./privacy/paths.ts";
import type { Policy, RecordedEvent } from "./wire.ts";

const FULL_SNAPSHOT = 2;

/**
 * rrweb wraps the page's own calls (insertRule, say) together with its observers. A DOMException is
 * then the page's own and must reach it; anything else is rrweb's and must not.
 */
const swallow = (error: unknown): boolean => !(error instanceof DOMException);

/** What is not told at one path stays untold at the next, of any recorder on this page. */
const sealed = new WeakSet<Node>();
const nodeOf = (id: number): Node | null => record.mirror.getNode(id);

function sealAll(): void {
  for (const id of record.mirror.getIds()) {
    const node = nodeOf(id);
    if (node) sealed.add(node);
  }
}

export class Recorder {
  readonly #policy: Policy;
  readonly #emit: (event: RecordedEvent) => void;
  #path: string | undefined;
  /** The policy at this path. */
  #narrowed: Policy | undefined;
  #mask: ((event: RecordedEvent) => RecordedEvent | null) | undefined;
  #end: (() => void) | undefined;
  #live = true;

  /** `emit` sees masked events only. */
  constructor(policy: Policy, emit: (event: RecordedEvent) => void) {
    this.#policy = policy;
    this.#emit = emit;
  }

  /** Emits Meta and a full snapshot, at once if the document is parsed, and then what changes. */
  readonly start = guard(() => this.#follow());

  /** Masks an event and passes it on, if the policy leaves anything of it. */
  readonly take = guard((event: RecordedEvent) => {
    if (!this.#live) return;
    this.#follow();
    const masked = this.#mask?.(event);
    if (masked) this.#emit(masked);
  });

  readonly snapshot = guard(() => record.takeFullSnapshot(true));

  readonly stop = guard(() => {
    this.#live = false;
    this.#end?.();
  });

  /** Begins anew wherever the path allows something else; looks at the path before each event. */
  #follow(): void {
    const { pathname } = location;
    if (pathname === this.#path) return;
    this.#path = pathname;
    const before = this.#narrowed?.allow;
    const policy = narrow(this.#policy, pathname);
    if (before?.join() === policy.allow.join()) return;
    this.#narrowed = policy;
    const page = { nodeOf, sealed };
    const bound = createBound(policy, page);
    this.#mask = createMask(policy, page, bound);
    this.#record(policy, bound, !!before && policy.allow.some((each) => !before.includes(each)));
  }

  /** `widened`: the first picture still shows what stood where less was allowed. */
  #record(policy: Policy, bound: Bound, widened: boolean): void {
    const mask = this.#mask;
    const options = recordOptions(policy);
    this.#end?.();
    const end = record({
      ...options,
      recordAfter: "DOMContentLoaded",
      errorHandler: swallow,
      emit: (event) => {
        if (widened && event.type === FULL_SNAPSHOT) {
          widened = false;
          sealAll();
        }
        // A mutation that was seen under another path's mask is part of the new picture.
        this.#follow();
        if (mask === this.#mask) this.take(event as RecordedEvent);
      },
    });
    const ends = [end, watchDrawings(bound, nodeOf, options.blockSelector, this.take)];
    if (policy.allow.includes("fonts"))
      ends.push(
        watchFonts((payload) => {
          const data = { tag: "sealtape.font", payload };
          this.take({ type: 5, data, timestamp: Date.now() });
        }),
      );
    this.#end = () => {
      for (const each of ends) each?.();
    };
  }
}
