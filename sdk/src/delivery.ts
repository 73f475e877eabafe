/** Brings batches to ingest: in order, one at a time, again and again until each is settled. */
import { backoff } from "./backoff.ts";
import type { Environment } from "./environment.ts";
import { quietly } from "./guards.ts";
import { BATCH_INFLATED_BYTES, BATCH_PACKED_BYTES } from "./limits.ts";
import { type Batch, Outbox } from "./outbox.ts";
import { pack, packNow } from "./packing.ts";
import { noteTab } from "./storage.ts";
import { isSpent, type Stream } from "./streams.ts";
import type { Reply, Transport } from "./transport.ts";

/** What only the session can do. */
export interface Remedies {
  /** Gets a fresh token for the same page; false if there is none to be had. */
  renew(stream: Stream): Promise<boolean>;
  /** Gets a new page id: under this one, the number after `last` is taken. */
  rollOver(stream: Stream, last: number): Promise<boolean>;
  /** The server's policy is newer than the stream's. */
  outdated(stream: Stream): void;
  /** Events were lost: the recording needs a fresh snapshot. */
  lost(): void;
}

/** Tokens or pages that one batch may try: another refusal of a fresh one is about the batch. */
const RENEWALS = 2;
/** A header without its token is shorter than this. */
const HEADER_BYTES = 512;

const size = ({ packed, stream }: Batch): number =>
  (packed?.length ?? 0) + stream.grant.token.length + HEADER_BYTES;

function header(batch: Batch, sent: number): string {
  const { stream, seq, total, final } = batch;
  const { page, offset, dropped, previous, user, grant } = stream;
  const place = { v: 1, token: grant.token, page, seq, sent, offset };
  return `${JSON.stringify({ ...place, dropped, final, total, previous, user })}\n`;
}

export class Delivery {
  readonly #env: Environment;
  readonly #transport: Transport;
  readonly #remedies: Remedies;
  readonly #outbox: Outbox;
  #pumping = false;
  #halted = false;
  /** The server asked for quiet until then (429). */
  #quietUntil = 0;

  constructor(env: Environment, transport: Transport, remedies: Remedies, outbox = new Outbox()) {
    this.#env = env;
    this.#transport = transport;
    this.#remedies = remedies;
    this.#outbox = outbox;
  }

  /** Takes a sealed batch; it is packed off the main thread and sent when its turn comes. */
  async add(stream: Stream, text: string, events: number): Promise<void> {
    const batch = this.#outbox.add(stream, text, events);
    const packed = await pack(text).catch(() => packNow(text));
    batch.packed ??= packed;
    batch.text = "";
    const tooLarge =
      packed.length > BATCH_PACKED_BYTES ||
      // A UTF-16 unit is at most 3 bytes of UTF-8: only long texts need counting.
      (text.length > BATCH_INFLATED_BYTES / 3 && new Blob([text]).size > BATCH_INFLATED_BYTES);
    if (tooLarge) this.#outbox.drop(batch);
    if (this.#outbox.trim()) this.#remedies.lost();
    await this.#pump();
  }

  /** Marks what was added last as the stream's last batch; `farewell` is the event of an extra one. */
  finish(stream: Stream, farewell: string): void {
    const last = this.#outbox.queue.filter((batch) => batch.stream === stream).pop();
    if (last && !last.busy) last.final = true;
    else if (stream.next) this.#addFinal(stream, farewell);
    quietly(this.#pump());
  }

  /** Sends in parallel all that the keepalive budget holds, oldest first; the rest waits. */
  flush(): void {
    this.#sendKept(this.#fitting(0, (batch) => !batch.busy));
  }

  /** Sends a dying page's last batches. What the budget cannot hold is lost, and said so. */
  flushFinal(stream: Stream, farewell: string): void {
    const reserve = stream.grant.token.length + HEADER_BYTES;
    const chosen = this.#fitting(reserve, (batch) => !(batch.busy && batch.kept));
    for (const batch of [...this.#outbox.queue]) {
      if (!chosen.includes(batch) && !batch.kept) this.#outbox.drop(batch);
    }
    const newest = chosen[chosen.length - 1];
    if (newest && newest === this.#outbox.queue[this.#outbox.queue.length - 1]) newest.final = true;
    else if (stream.next || newest) chosen.push(this.#addFinal(stream, farewell));
    this.#sendKept(chosen);
  }

  /** Sends nothing any more. */
  halt(): void {
    this.#halted = true;
    this.#outbox.queue.length = 0;
  }

  #addFinal(stream: Stream, farewell: string): Batch {
    const batch = this.#outbox.add(stream, "", 1);
    batch.packed = packNow(farewell);
    batch.final = true;
    return batch;
  }

  #fitting(reserve: number, eligible: (batch: Batch) => boolean): Batch[] {
    const quiet = this.#halted || this.#env.now() < this.#quietUntil;
    let room = quiet ? 0 : this.#transport.room() - reserve;
    return this.#outbox.queue.filter((batch) => {
      if (!eligible(batch)) return false;
      batch.packed ??= packNow(batch.text);
      const fits = size(batch) <= room;
      if (fits) room -= size(batch);
      return fits;
    });
  }

  #sendKept(chosen: Batch[]): void {
    for (const batch of chosen) {
      const settled = this.#send(batch, true).then((reply) => this.#settle(batch, reply));
      quietly(settled.then(() => this.#pump()));
    }
  }

  async #pump(): Promise<void> {
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      while (!this.#halted && (await this.#step()));
    } finally {
      this.#pumping = false;
    }
  }

  /** Sends the head of the queue; false if there is nothing to do, or nothing more may be done. */
  async #step(): Promise<boolean> {
    const batch = this.#outbox.queue[0];
    if (!batch?.packed || batch.busy) return false;
    if (isSpent(batch.stream, batch.packed.length, this.#env.now())) {
      if (!(await this.#remedies.renew(batch.stream))) return false;
      if (batch.busy) return false;
    }
    const keepalive = !batch.attempts && size(batch) <= this.#transport.room();
    return this.#settle(batch, await this.#send(batch, keepalive));
  }

  #number(batch: Batch): void {
    const { stream } = batch;
    if (batch.numbering === stream.numbering) return;
    batch.numbering = stream.numbering;
    batch.seq = stream.next++;
    stream.total += batch.packed?.length ?? 0;
    batch.total = stream.total;
    batch.doubtful = false;
    noteTab(stream.tab, stream.page, batch.seq);
  }

  async #send(batch: Batch, keepalive: boolean): Promise<Reply> {
    const { stream, packed } = batch;
    const body = packed as Uint8Array<ArrayBuffer>;
    this.#number(batch);
    stream.batches++;
    stream.bytes += body.length;
    batch.attempts++;
    // Overtaking a request that is still under way: whichever comes second is a duplicate of ours.
    batch.doubtful ||= batch.busy;
    batch.busy = true;
    batch.kept = keepalive;
    const parts = [header(batch, this.#env.now()), body];
    const reply = await this.#transport.post(stream.grant.ingest, parts, keepalive);
    batch.busy = false;
    return reply;
  }

  /** Acts on an answer; tells whether the pump may go on at once. */
  async #settle(batch: Batch, reply: Reply): Promise<boolean> {
    const { status, body } = reply;
    if (status === 202) return this.#stored(batch, body);
    if ((status === 401 || status === 403) && batch.refusals++ < RENEWALS) {
      return this.#remedies.renew(batch.stream);
    }
    if (status === 410) {
      // The session was erased, and so is this batch; what follows belongs to another session.
      this.#outbox.drop(batch);
      return this.#remedies.renew(batch.stream);
    }
    if (body.retry === false || (status >= 400 && status < 500 && status !== 429)) {
      this.#outbox.drop(batch);
      this.#remedies.lost();
      return true;
    }
    batch.doubtful ||= status !== 429;
    const wait = backoff(batch.attempts, reply.retryAfterMs, this.#env.random());
    if (status === 429) this.#quietUntil = this.#env.now() + wait;
    await new Promise<void>((resume) => this.#env.later(resume, wait));
    return true;
  }

  async #stored(batch: Batch, body: Reply["body"]): Promise<boolean> {
    if (body.duplicate && !batch.doubtful) {
      // What lies under our number is not ours, or a browser repeated the request on its own when a
      // reused connection broke. Either way the new page's `previous` ends before that number.
      const { stream, seq } = batch;
      batch.numbering = 0;
      const last = seq === stream.next - 1 ? seq - 1 : stream.next - 1;
      if (batch.refusals++ < RENEWALS) return this.#remedies.rollOver(stream, last);
      this.#outbox.drop(batch);
      return true;
    }
    this.#outbox.remove(batch);
    if (body.policy_version > batch.stream.grant.policy.version) {
      this.#remedies.outdated(batch.stream);
    }
    return true;
  }
}
