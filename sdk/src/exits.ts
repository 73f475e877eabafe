/** The moments at which a page may be about to die, and those at which its visitor returns. */
import { listen } from "./guards.ts";

/** `hidden`: the page may never run again; `left`: it ends; `returned`: it came back from the cache. */
export function watchExits(hidden: () => void, left: () => void, returned: () => void): () => void {
  const undo = [
    listen(document, "visibilitychange", () => {
      if (document.visibilityState === "hidden") hidden();
    }),
    listen(window, "pagehide", left),
    listen(window, "pageshow", (event) => {
      if ((event as PageTransitionEvent).persisted) returned();
    }),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}

/** Calls `work` at the visitor's next action, once, unless the answered function is called before. */
export function onNextAction(work: () => void): () => void {
  const undo = ["pointermove", "pointerdown", "keydown", "scroll"].map((type) =>
    listen(window, type, () => {
      cancel();
      work();
    }),
  );
  const cancel = (): void => {
    for (const stop of undo) stop();
  };
  return cancel;
}
