/** Keys of the player: space plays, arrows move 5 s, f is full screen, e the next error, < and > the speed. */
import { type Playback, SPEEDS, STEP_MS } from "../player/playback";

/** The next error after the playhead, or null. */
export function nextError(playback: Playback): number | null {
  const now = playback.time.value;
  const { moments } = playback.timeline.value;
  return moments.find((moment) => moment.kind === "error" && moment.at > now + 1)?.at ?? null;
}

function changeSpeed(playback: Playback, by: number): void {
  const at = SPEEDS.indexOf(playback.speed.value as (typeof SPEEDS)[number]);
  const speed = SPEEDS[at + by];
  if (speed) playback.setSpeed(speed);
}

/** True if the key belongs to what is focused: typing, menus, or a button's own space key. */
function taken(event: KeyboardEvent): boolean {
  const target = event.target;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea, select, [role=menu], [role=tablist]")) return true;
  return event.key === " " && target.closest("button, a, summary") !== null;
}

/** After a click by pointer a button gives the focus back, so that space means play again. */
export function releaseFocus(event: MouseEvent): void {
  const button = event.target instanceof Element ? event.target.closest("button") : null;
  // Keys that press a button click it too, with no pointer and so with no click count.
  if (event.detail > 0) button?.blur();
}

/** Runs the command of a key press, if it has one. */
export function playerKeys(event: KeyboardEvent, playback: Playback, full: () => void): void {
  if (event.ctrlKey || event.metaKey || event.altKey || taken(event)) return;
  const commands: Record<string, () => void> = {
    " ": () => playback.toggle(),
    k: () => playback.toggle(),
    ArrowLeft: () => playback.seek(playback.time.value - STEP_MS),
    ArrowRight: () => playback.seek(playback.time.value + STEP_MS),
    Home: () => playback.seek(0),
    f: full,
    "<": () => changeSpeed(playback, -1),
    ">": () => changeSpeed(playback, 1),
    e: () => {
      const error = nextError(playback);
      if (error !== null) playback.seek(error);
    },
  };
  const command = commands[event.key];
  if (!command) return;
  event.preventDefault();
  command();
}
