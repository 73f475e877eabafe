/** Plays the timeline: one stage at a time, page load after page load, under one clock. */
import { computed, signal } from "@preact/signals";
import { type Size, Stage } from "./stage";
import { EMPTY, indexAt, type Segment, type Timeline } from "./timeline";

export const SPEEDS = [0.5, 1, 2, 4, 8] as const;
/** What the arrow keys move, in milliseconds. */
export const STEP_MS = 5_000;
/** A clock that stands still this long while playing met an event that cannot be drawn; it is passed. */
const STALL_MS = 1_500;

export class Playback {
  readonly timeline = signal<Timeline>(EMPTY);
  /** Playing time in milliseconds. */
  readonly time = signal(0);
  readonly playing = signal(false);
  /** True once somebody pressed play. */
  readonly started = signal(false);
  /** True while the playhead waits for parts that are still on their way. */
  readonly waiting = signal(false);
  readonly speed = signal(1);
  readonly skipIdle = signal(true);
  readonly picture = signal<Size>({ width: 0, height: 0 });
  readonly wrapper = signal<HTMLElement | null>(null);
  readonly ended = computed(() => this.time.value >= this.timeline.value.duration - 1);
  private root: HTMLElement | null = null;
  private stage: Stage | null = null;
  private at = -1;
  private complete = false;
  private wanted: number | null = null;
  private frame = 0;
  private still = { time: 0, since: 0 };

  constructor(private readonly size: Size) {}

  attach(root: HTMLElement): () => void {
    this.root = root;
    this.moveTo(this.time.value);
    this.frame = requestAnimationFrame(this.tick);
    return () => {
      cancelAnimationFrame(this.frame);
      this.stage?.destroy();
      this.stage = null;
      this.root = null;
      this.at = -1;
    };
  }

  /** Takes in what has been loaded so far; `complete` once nothing more will come. */
  update(timeline: Timeline, complete: boolean): void {
    const before = this.timeline.value.duration;
    this.timeline.value = timeline;
    this.complete = complete;
    this.stage?.grow();
    // The replayer takes events in by microtasks: whatever moves the playhead comes after them.
    queueMicrotask(() => this.followUp(before));
  }

  private followUp(before: number): void {
    const { complete } = this;
    const timeline = this.timeline.value;
    if (this.wanted !== null && (complete || timeline.duration > this.wanted)) {
      this.seek(this.wanted);
    } else if (this.at < 0 && timeline.segments.length > 0) this.moveTo(this.time.value);
    else if (this.waiting.value && timeline.duration > before) this.moveTo(this.time.value);
    else if (this.waiting.value && complete) this.stop();
  }

  /** Back to the state before anything was loaded; the place on screen is kept. */
  reset(): void {
    this.stage?.destroy();
    this.stage = null;
    this.at = -1;
    this.wanted = this.time.value;
    this.update(EMPTY, false);
  }

  toggle(): void {
    if (this.playing.value) this.stop();
    else {
      this.playing.value = true;
      this.started.value = true;
      this.moveTo(this.ended.value && this.complete ? 0 : this.time.value);
    }
  }

  /** Goes to `time`; a time that has not arrived yet is kept until it has. */
  seek(time: number): void {
    const { duration } = this.timeline.value;
    const ahead = time >= duration && !this.complete;
    this.wanted = ahead ? time : null;
    this.waiting.value = ahead;
    this.moveTo(Math.min(Math.max(0, time), Math.max(0, duration - 1)));
  }

  setSpeed(speed: number): void {
    this.speed.value = speed;
    this.stage?.setSpeed(speed);
  }

  private stop(): void {
    this.playing.value = false;
    this.waiting.value = false;
    const segment = this.timeline.value.segments[this.at];
    if (segment) this.stage?.show(this.time.value - segment.start, false);
  }

  private moveTo(time: number): void {
    const { segments } = this.timeline.value;
    const index = Math.max(0, indexAt(segments, time));
    const segment = segments[index];
    this.time.value = time;
    if (!segment || !this.root) return;
    if (index !== this.at || !this.stage) this.open(segment, index);
    if (this.wanted === null) this.waiting.value = false;
    this.still = { time, since: performance.now() };
    this.stage?.show(Math.min(time - segment.start, segment.track.length), this.playing.value);
  }

  private open(segment: Segment, index: number): void {
    if (!this.root) return;
    this.stage?.destroy();
    this.at = index;
    this.stage = new Stage(this.root, segment.track, this.size, this.speed.value, {
      finish: () => this.finished(index),
      resize: (size) => {
        this.picture.value = size;
      },
    });
    this.wrapper.value = this.stage.wrapper;
  }

  private finished(index: number): void {
    if (index !== this.at || !this.playing.value) return;
    const { segments, duration } = this.timeline.value;
    const next = segments[index + 1];
    if (next) this.moveTo(next.start);
    else if (this.complete) {
      this.time.value = duration;
      this.playing.value = false;
    } else this.waiting.value = true;
  }

  private readonly tick = (): void => {
    this.frame = requestAnimationFrame(this.tick);
    const { segments, rests } = this.timeline.value;
    const segment = segments[this.at];
    if (!this.playing.value || !this.stage || !segment || this.waiting.value) return;
    const time = segment.start + this.stage.time;
    if (time !== this.time.value) this.time.value = time;
    const rest = this.skipIdle.value ? rests[indexAt(rests, time)] : undefined;
    if (rest && time < rest.end) this.moveTo(rest.end);
    else this.passStall(time, segment);
  };

  private passStall(time: number, segment: Segment): void {
    const now = performance.now();
    if (time !== this.still.time) {
      this.still = { time, since: now };
    } else if (now - this.still.since > STALL_MS) {
      const onward = time + 1;
      if (onward < segment.start + segment.track.length) this.moveTo(onward);
      else this.finished(this.at);
    }
  }
}
