/** Play, time, speed, skipping, the next error, full screen. */
import { type ReadonlySignal, useComputed } from "@preact/signals";
import { Bug, FastForward, Maximize, Pause, Play, RotateCcw } from "lucide-preact";
import { clock } from "../format/times";
import { type Playback, SPEEDS } from "../player/playback";
import { nextError } from "./player-keys";

/** Only the text changes sixty times a second, not the buttons around it. */
function Clock({ time }: { time: ReadonlySignal<number> }) {
  const shown = useComputed(() => clock(time.value));
  return <span class="clock-now">{shown}</span>;
}

function PlayButton({ playback }: { playback: Playback }) {
  const playing = playback.playing.value;
  const again = !playing && playback.ended.value && playback.timeline.value.duration > 0;
  const label = playing ? "Pause" : again ? "Play again" : "Play";
  const Icon = playing ? Pause : again ? RotateCcw : Play;
  return (
    <button
      type="button"
      class="button primary square"
      aria-label={label}
      title={`${label} (space)`}
      onClick={() => playback.toggle()}
    >
      <Icon size={16} fill={again ? "none" : "currentColor"} aria-hidden="true" />
    </button>
  );
}

function Speed({ playback }: { playback: Playback }) {
  return (
    <select
      class="speed"
      aria-label="Speed"
      value={String(playback.speed.value)}
      onChange={(event) => playback.setSpeed(Number(event.currentTarget.value))}
    >
      {SPEEDS.map((speed) => (
        <option key={speed} value={String(speed)}>
          {speed}×
        </option>
      ))}
    </select>
  );
}

function ErrorButton({ playback }: { playback: Playback }) {
  const any = playback.timeline.value.moments.some((moment) => moment.kind === "error");
  if (!any) return null;
  const jump = () => {
    const at = nextError(playback);
    if (at !== null) playback.seek(at);
  };
  return (
    <button type="button" class="button" title="Next error (e)" onClick={jump}>
      <Bug size={14} aria-hidden="true" />
      <span class="wide-only">Next error</span>
      <span class="only-read">Next error</span>
    </button>
  );
}

export function Controls({ playback, onFull }: { playback: Playback; onFull: () => void }) {
  const skip = playback.skipIdle;
  return (
    <div class="controls">
      <PlayButton playback={playback} />
      <span class="clock" role="timer">
        <Clock time={playback.time} />
        <span class="quiet"> / {clock(playback.timeline.value.duration)}</span>
      </span>
      <span class="spring" />
      <ErrorButton playback={playback} />
      <button
        type="button"
        class="button"
        aria-pressed={skip.value}
        aria-label="Skip idle stretches"
        title="Skip stretches in which the visitor did nothing"
        onClick={() => {
          skip.value = !skip.value;
        }}
      >
        <FastForward size={14} aria-hidden="true" />
        <span class="wide-only">Skip idle</span>
      </button>
      <Speed playback={playback} />
      <button
        type="button"
        class="button square"
        aria-label="Full screen"
        title="Full screen (f)"
        onClick={onFull}
      >
        <Maximize size={15} aria-hidden="true" />
      </button>
    </div>
  );
}
