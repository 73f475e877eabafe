/** One page load: its batches become one run of events, with its gaps, its idle stretches and its moments. */
import { plural } from "../format/numbers";
import { span } from "../format/times";
import type { Batch, RecordedEvent } from "./decode";
import { Drawings } from "./drawings";
import { Fonts } from "./fonts";
import { type Moment, MomentLog } from "./moments";
import { Nodes } from "./nodes";
import { part, parts, Source, Type } from "./rrweb-names";

export interface Span {
  start: number;
  end: number;
}

/** A stretch of which something is missing. Times in milliseconds from the page's first event. */
export interface Gap extends Span {
  text: string;
}

/** Without a sign of the visitor for this long a stretch counts as idle, in milliseconds. */
const IDLE_MS = 5_000;
/** What is kept at both ends of an idle stretch, so that a skip does not jump into a click. */
const IDLE_MARGIN_MS = 800;
/** A load's picture is taken when its DOM is ready; until then its start is not worth a blank page. */
const MAX_OPENING_MS = 3_000;
const LAST_VISITOR_SOURCE = 7;

function byVisitor({ type, data }: RecordedEvent): boolean {
  if (type !== Type.Incremental || typeof data.source !== "number") return false;
  if (data.source === Source.Drag) return true;
  return data.source > Source.Mutation && data.source <= LAST_VISITOR_SOURCE;
}

export class Track {
  readonly events: RecordedEvent[] = [];
  readonly gaps: Gap[] = [];
  readonly idle: Span[] = [];
  readonly missing: number[] = [];
  /** When the picture begins, or null while no full snapshot was seen. */
  pictureAt: number | null = null;
  first = 0;
  length = 0;
  dropped = 0;
  damaged = 0;
  unreadable = 0;
  final = false;
  private nextSeq = 0;
  private lastAct = 0;
  private lost = "";
  private readonly drawings = new Drawings();
  private readonly fonts = new Fonts();
  private readonly nodes = new Nodes();
  private readonly log = new MomentLog(this.nodes);

  constructor(
    readonly page: string,
    readonly tab: string,
  ) {}

  get moments(): Moment[] {
    return this.log.moments;
  }

  /** Takes in the page's next batch, in the order of sequence numbers. */
  add(batch: Batch): void {
    const { seq, dropped, final } = batch.entry;
    this.expect(seq);
    this.nextSeq = Math.max(this.nextSeq, seq + 1);
    this.unreadable += batch.unreadable;
    this.final ||= final;
    if (dropped > this.dropped)
      this.lose(`${plural(dropped - this.dropped, "event")} lost by the browser`);
    this.dropped = Math.max(this.dropped, dropped);
    if (batch.fault) {
      this.damaged += 1;
      this.lose(batch.fault === "cut" ? "A part did not arrive" : "A part is damaged");
    }
    if (batch.events.length > 0) this.take(batch.events);
  }

  /** Where showing begins: at the picture if it comes soon, else at once with a blank page. */
  get opensAt(): number {
    const soon = this.pictureAt !== null && this.pictureAt <= MAX_OPENING_MS;
    return soon ? (this.pictureAt ?? 0) : 0;
  }

  /** The idle stretches, the one that lasts until now included. */
  get rests(): Span[] {
    const tail = this.restBetween(this.lastAct, this.length);
    return tail ? [...this.idle, tail] : this.idle;
  }

  private lose(why: string): void {
    this.lost = this.lost ? `${this.lost}; ${why}` : why;
  }

  private expect(seq: number): void {
    for (let absent = this.nextSeq; absent < seq; absent += 1) this.missing.push(absent);
    const count = seq - this.nextSeq;
    if (count > 0) this.lose(`${plural(count, "part")} never arrived`);
  }

  private take(events: RecordedEvent[]): void {
    const opening = this.events.length === 0;
    if (opening) this.first = events[0]?.timestamp ?? 0;
    const start = this.length;
    for (const [index, event] of events.entries()) {
      // Order is by sequence; a corrected clock must not let a later event overtake an earlier one.
      const at = Math.max(event.timestamp - this.first, this.length);
      event.timestamp = this.first + at;
      if (index === 0 && this.lost) this.closeGap(start, at);
      this.length = at;
      this.drawings.show(event);
      this.fonts.show(event);
      this.see(event, at);
      this.events.push(event);
    }
  }

  private closeGap(start: number, end: number): void {
    const detail = end > start ? `${span(end - start)} missing` : "";
    this.gaps.push({ start, end, text: this.lost });
    this.log.moments.push({ at: start, kind: "gap", title: this.lost, detail });
    this.lost = "";
  }

  private see(event: RecordedEvent, at: number): void {
    if (event.type === Type.FullSnapshot) {
      this.pictureAt ??= at;
      this.nodes.learn(part(event.data, "node"), -1);
    } else if (event.type === Type.Incremental && event.data.source === Source.Mutation) {
      for (const add of parts(event.data, "adds")) {
        this.nodes.learn(part(add, "node"), typeof add.parentId === "number" ? add.parentId : -1);
      }
    }
    if (byVisitor(event)) {
      const rest = this.restBetween(this.lastAct, at);
      if (rest) this.idle.push(rest);
      this.lastAct = at;
    }
    this.log.note(event, at);
  }

  private restBetween(from: number, to: number): Span | null {
    if (to - from < IDLE_MS) return null;
    return { start: from + IDLE_MARGIN_MS, end: to - IDLE_MARGIN_MS };
  }
}
