/** The player: stage, timeline and controls on the left, the list of moments on the right. */
import { useEffect, useRef } from "preact/hooks";
import type { SessionDetail } from "../api/types";
import type { OpenSession } from "../stores/recording";
import { Controls } from "./controls";
import { playerKeys, releaseFocus } from "./player-keys";
import { Side } from "./side";
import { StageView } from "./stage-view";
import { TimelineBar } from "./timeline-bar";

/** Full screen for the player alone, or back. */
function toggleFull(element: HTMLElement | null): void {
  if (document.fullscreenElement) void document.exitFullscreen();
  else void element?.requestFullscreen();
}

function Broken({ session }: { session: OpenSession }) {
  if (!session.broken.value) return null;
  return (
    <div class="banner" role="alert">
      <span>The rest of this session could not be loaded. What arrived can be played.</span>
      <button type="button" class="button" onClick={() => session.reload()}>
        Try again
      </button>
    </div>
  );
}

export function Player({ session, detail }: { session: OpenSession; detail: SessionDetail }) {
  const box = useRef<HTMLElement>(null);
  const whole = useRef<HTMLDivElement>(null);
  const { playback } = session;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) =>
      playerKeys(event, playback, () => toggleFull(box.current));
    const area = whole.current;
    document.addEventListener("keydown", onKey);
    area?.addEventListener("click", releaseFocus);
    return () => {
      document.removeEventListener("keydown", onKey);
      area?.removeEventListener("click", releaseFocus);
    };
  }, [playback]);
  return (
    <div class="session" ref={whole}>
      <section class="player" ref={box} aria-label="Player">
        <Broken session={session} />
        <StageView session={session} />
        <TimelineBar playback={playback} complete={session.complete} />
        <Controls playback={playback} onFull={() => toggleFull(box.current)} />
      </section>
      <Side session={session} detail={detail} />
    </div>
  );
}
