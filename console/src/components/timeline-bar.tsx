/** The timeline: pages, idle stretches, gaps, and marks for errors and clicks. It is a slider for everyone. */
import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import { clock, span } from "../format/times";
import type { Moment } from "../player/moments";
import type { Playback } from "../player/playback";
import { indexAt, type Timeline } from "../player/timeline";

/** Marks closer than this share of the line are drawn as one. */
const MARK_BINS = 250;
/** A gap is drawn at least this wide, in percent, or nobody would see it. */
const MIN_GAP_PERCENT = 0.6;

interface Range {
  start: number;
  end: number;
}

function place({ start, end }: Range, duration: number, least = 0) {
  const width = Math.max(((end - start) / duration) * 100, least);
  const left = Math.min((start / duration) * 100, 100 - width);
  return { left: `${left}%`, width: `${width}%` };
}

/** One moment for each bin of the line. */
function thin(moments: Moment[], kind: Moment["kind"], duration: number): Moment[] {
  const bins = new Map<number, Moment>();
  for (const moment of moments) {
    if (moment.kind !== kind) continue;
    const bin = Math.floor((moment.at / duration) * MARK_BINS);
    if (!bins.has(bin)) bins.set(bin, moment);
  }
  return [...bins.values()];
}

function Lanes({ line }: { line: Timeline }) {
  const { duration } = line;
  const at = (time: number) => ({ left: `${(time / duration) * 100}%` });
  return (
    <>
      <div class="lane marks">
        {thin(line.moments, "click", duration).map((moment) => (
          <span key={moment.at} class="mark click" style={at(moment.at)} />
        ))}
        {thin(line.moments, "error", duration).map((moment) => (
          <span key={moment.at} class="mark error" style={at(moment.at)} title={moment.title} />
        ))}
      </div>
      <div class="lane pages">
        {line.sections.map((section) => (
          <span
            key={section.start}
            class={section.tab > 0 ? "section other" : "section"}
            style={place(section, duration)}
          >
            <span class="section-path">{section.path}</span>
          </span>
        ))}
        {line.rests.map((rest) => (
          <span key={rest.start} class="rest" style={place(rest, duration)} />
        ))}
        {line.gaps.map((gap) => (
          <span
            key={`${gap.start} ${gap.text}`}
            class="gap"
            style={place(gap, duration, MIN_GAP_PERCENT)}
            title={gap.text}
          />
        ))}
      </div>
    </>
  );
}

/** Words for a place on the line: its time, its page, and whether something is missing there. */
function tell(line: Timeline, time: number): string {
  const words = [clock(time)];
  const section = line.sections[indexAt(line.sections, time)];
  if (section) words.push(section.path);
  const gap = line.gaps[indexAt(line.gaps, time)];
  const reach = (line.duration * MIN_GAP_PERCENT) / 100;
  if (gap && time <= Math.max(gap.end, gap.start + reach)) {
    const length = gap.end - gap.start;
    words.push(length > 0 ? `${span(length)} missing: ${gap.text}` : gap.text);
  }
  return words.join(" · ");
}

interface BarProps {
  playback: Playback;
  complete: ReadonlySignal<boolean>;
}

export function TimelineBar({ playback, complete }: BarProps) {
  const bar = useRef<HTMLDivElement>(null);
  const hover = useSignal<number | null>(null);
  const drag = useRef<number | null>(null);
  const second = useComputed(() => Math.floor(playback.time.value / 1_000));
  const line = playback.timeline.value;
  useSignalEffect(() => {
    const { duration } = playback.timeline.value;
    const share = duration > 0 ? playback.time.value / duration : 0;
    bar.current?.style.setProperty("--at", `${Math.min(1, share) * 100}%`);
  });
  const timeAt = (event: PointerEvent) => {
    const box = bar.current?.getBoundingClientRect();
    if (!box) return 0;
    const share = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width));
    return share * playback.timeline.value.duration;
  };
  // A seek rebuilds the page: while dragging, one for each frame is enough.
  const seekSoon = (time: number) => {
    if (drag.current === null) {
      requestAnimationFrame(() => {
        playback.seek(drag.current ?? 0);
        drag.current = null;
      });
    }
    drag.current = time;
  };
  const onMove = (event: PointerEvent) => {
    hover.value = timeAt(event);
    if (event.buttons === 1) seekSoon(timeAt(event));
  };
  const onDown = (event: PointerEvent) => {
    bar.current?.setPointerCapture(event.pointerId);
    playback.seek(timeAt(event));
  };
  return (
    <div class={complete.value ? "timeline" : "timeline arriving"}>
      <div
        ref={bar}
        class="bar"
        role="slider"
        tabIndex={0}
        aria-label="Position"
        aria-valuemin={0}
        aria-valuemax={Math.floor(line.duration / 1_000)}
        aria-valuenow={second.value}
        aria-valuetext={tell(line, second.value * 1_000)}
        onPointerDown={onDown}
        onPointerMove={onMove}
        onPointerLeave={() => {
          hover.value = null;
        }}
      >
        {line.duration > 0 && <Lanes line={line} />}
        <span class="playhead" />
        {hover.value !== null && line.duration > 0 && (
          <span class="tip" style={{ "--tip": `${(hover.value / line.duration) * 100}%` }}>
            {tell(line, hover.value)}
          </span>
        )}
      </div>
    </div>
  );
}
