/** Loads one session: its detail, then its events page by page, and feeds the player while they arrive. */
import { signal } from "@preact/signals";
import { api, Problem } from "../api/client";
import { BrokenAnswer, readEvents } from "../api/events";
import type { SessionDetail } from "../api/types";
import { breathe, decode } from "../player/decode";
import { Playback } from "../player/playback";
import { Recording } from "../player/timeline";
import type { Track } from "../player/track";

/** The timeline is laid out anew at most this often while parts arrive, in milliseconds. */
const LAYOUT_PACE_MS = 200;
const FALLBACK_SIZE = { width: 1280, height: 800 };

export type LoadState = "loading" | "ready" | "failed";

export class OpenSession {
  readonly state = signal<LoadState>("loading");
  readonly problem = signal<Problem | null>(null);
  readonly detail = signal<SessionDetail | null>(null);
  readonly loaded = signal(0);
  readonly complete = signal(false);
  /** Set if the rest of the events could not be loaded; what came stays playable. */
  readonly broken = signal<string | null>(null);
  readonly tracks = signal<Track[]>([]);
  playback = new Playback(FALLBACK_SIZE);
  private recording = new Recording();
  private cursor: string | null = null;
  private laidOut = 0;
  private readonly aborter = new AbortController();

  constructor(readonly id: string) {}

  /** Loads everything; the player begins at `place`, in milliseconds of playing time. */
  async open(place: number): Promise<void> {
    this.state.value = "loading";
    try {
      const detail = await api.session(this.id, this.aborter.signal);
      const { width, height } = detail;
      this.playback = new Playback(width > 0 && height > 0 ? { width, height } : FALLBACK_SIZE);
      if (place > 0) this.playback.seek(place);
      this.detail.value = detail;
      this.state.value = "ready";
    } catch (error) {
      if (this.aborter.signal.aborted) return;
      if (!(error instanceof Problem)) throw error;
      this.problem.value = error;
      this.state.value = "failed";
      return;
    }
    await this.loadEvents();
  }

  /** Loads events from the first page that has not come whole; after a failure it starts over. */
  async loadEvents(): Promise<void> {
    this.broken.value = null;
    try {
      do {
        this.cursor = await this.readPage(this.cursor);
        this.layOut(this.cursor === null);
      } while (this.cursor !== null);
    } catch (error) {
      if (this.aborter.signal.aborted) return;
      if (
        !(error instanceof Problem || error instanceof BrokenAnswer || error instanceof TypeError)
      ) {
        throw error;
      }
      if (this.loaded.value === 0 && error instanceof Problem) {
        this.problem.value = error;
        this.state.value = "failed";
        return;
      }
      this.broken.value = error.message;
      this.layOut(true);
    }
  }

  /** Forgets what came of the events and reads them again from the start. */
  async reload(): Promise<void> {
    this.recording = new Recording();
    this.cursor = null;
    this.loaded.value = 0;
    this.complete.value = false;
    this.playback.reset();
    await this.loadEvents();
  }

  close(): void {
    this.aborter.abort();
  }

  private async readPage(cursor: string | null): Promise<string | null> {
    const pages = readEvents(this.id, cursor, this.aborter.signal);
    for (;;) {
      const step = await pages.next();
      if (step.done) return step.value;
      const batch = await decode(step.value);
      this.aborter.signal.throwIfAborted();
      this.recording.add(batch);
      this.loaded.value += 1;
      if (performance.now() - this.laidOut > LAYOUT_PACE_MS) this.layOut(false);
      await breathe();
    }
  }

  private layOut(complete: boolean): void {
    this.laidOut = performance.now();
    this.complete.value = complete;
    this.tracks.value = this.recording.pages;
    this.playback.update(this.recording.layOut(), complete);
  }
}
