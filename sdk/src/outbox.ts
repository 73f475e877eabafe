/** What waits in memory for the server to acknowledge it. Bounded: the oldest go first. */
import { OUTBOX_BYTES } from "./limits.ts";
import type { Stream } from "./streams.ts";

export interface Batch {
  readonly stream: Stream;
  /** NDJSON until it is packed, then empty. */
  text: string;
  packed: Uint8Array<ArrayBuffer> | null;
  readonly events: number;
  /** The numbering under which it was first sent; 0 until then. */
  numbering: number;
  seq: number;
  /** The page's compressed bytes up to and including this batch. */
  total: number;
  attempts: number;
  /** An attempt ended without a clear answer: the server may hold it already. */
  doubtful: boolean;
  /** How often the server refused the token that it came with. */
  refusals: number;
  /** A request is under way; `kept` if it survives the page. */
  busy: boolean;
  kept: boolean;
  final: boolean;
}

const weight = (batch: Batch): number => batch.packed?.length ?? batch.text.length;

export class Outbox {
  readonly queue: Batch[] = [];
  readonly #bound: number;

  /** `bound`: bytes held at most, those under way aside. */
  constructor(bound = OUTBOX_BYTES) {
    this.#bound = bound;
  }

  add(stream: Stream, text: string, events: number): Batch {
    const idle = { attempts: 0, doubtful: false, refusals: 0, busy: false, kept: false };
    const unsent = { packed: null, numbering: 0, seq: 0, total: 0, final: false };
    const batch: Batch = { stream, text, events, ...unsent, ...idle };
    this.queue.push(batch);
    return batch;
  }

  remove(batch: Batch): void {
    const at = this.queue.indexOf(batch);
    if (at >= 0) this.queue.splice(at, 1);
  }

  /** Removes the oldest idle batches until the rest fits, counts their events, answers whether any. */
  trim(): boolean {
    let held = this.queue.reduce((sum, batch) => sum + weight(batch), 0);
    let lost = false;
    for (const batch of [...this.queue]) {
      if (held <= this.#bound) break;
      if (batch.busy) continue;
      held -= weight(batch);
      this.drop(batch);
      lost = true;
    }
    return lost;
  }

  /** Gives a batch up; its page reports the loss with every later batch. */
  drop(batch: Batch): void {
    this.remove(batch);
    batch.stream.dropped += batch.events;
  }
}
