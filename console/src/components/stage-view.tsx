/** The recorded page, scaled to fit, with words over it where there is no picture. */
import { useComputed } from "@preact/signals";
import { Play } from "lucide-preact";
import { useEffect, useRef } from "preact/hooks";
import { span } from "../format/times";
import type { Playback } from "../player/playback";
import { indexAt } from "../player/timeline";
import type { OpenSession } from "../stores/recording";

/** Enlarging a recording beyond this only blurs it. */
const MAX_SCALE = 1.5;
/** A gap's words stay at least this long, in milliseconds of playing time. */
const MIN_WORDS_MS = 1_200;

/** Scales and centres the picture in its box whenever either changes its size. */
function fit(box: HTMLElement, playback: Playback): void {
  const wrapper = playback.wrapper.value;
  const { width, height } = playback.picture.value;
  if (!wrapper || width === 0 || height === 0) return;
  const scale = Math.min(box.clientWidth / width, box.clientHeight / height, MAX_SCALE);
  const left = Math.max(0, (box.clientWidth - width * scale) / 2);
  const top = Math.max(0, (box.clientHeight - height * scale) / 2);
  wrapper.style.transform = `translate(${left}px, ${top}px) scale(${scale})`;
  wrapper.style.width = `${width}px`;
  wrapper.style.height = `${height}px`;
}

function useFit(playback: Playback) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const detach = playback.attach(element);
    const again = () => fit(element, playback);
    const observer = new ResizeObserver(again);
    observer.observe(element);
    const stops = [playback.wrapper.subscribe(again), playback.picture.subscribe(again)];
    return () => {
      observer.disconnect();
      for (const stop of stops) stop();
      detach();
    };
  }, [playback]);
  return box;
}

/** What to say over the picture at this moment, or nothing. */
function wordsAt(playback: Playback): string | null {
  const { gaps, segments } = playback.timeline.value;
  const now = playback.time.value;
  const gap = gaps[indexAt(gaps, now)];
  if (gap && now < Math.max(gap.end, gap.start + MIN_WORDS_MS)) {
    const length = gap.end - gap.start;
    return length > 0 ? `${span(length)} missing: ${gap.text}` : gap.text;
  }
  const segment = segments[indexAt(segments, now)];
  if (!segment) return null;
  const { pictureAt, opensAt } = segment.track;
  if (pictureAt === null) return "This page's picture was not recorded";
  const blank = opensAt < pictureAt && now - segment.start < pictureAt;
  return blank ? "The picture begins later" : null;
}

export function StageView({ session }: { session: OpenSession }) {
  const { playback } = session;
  const box = useFit(playback);
  const words = useComputed(() => wordsAt(playback));
  const empty = session.complete.value && playback.timeline.value.segments.length === 0;
  const ready = playback.timeline.value.segments.length > 0;
  const arriving = !ready && !session.complete.value;
  const fresh = ready && !playback.started.value;
  return (
    <div class="stage">
      <div class="stage-box" ref={box} />
      {empty && <p class="stage-words">Nothing in this session can be played</p>}
      {words.value && <p class="stage-words">{words}</p>}
      {(arriving || playback.waiting.value) && <p class="stage-words">Loading the recording</p>}
      {ready && (
        <button
          type="button"
          class={fresh ? "stage-play" : "stage-play hidden"}
          tabIndex={-1}
          aria-hidden="true"
          onClick={() => playback.toggle()}
        >
          <span>
            <Play size={28} fill="currentColor" />
          </span>
        </button>
      )}
    </div>
  );
}
