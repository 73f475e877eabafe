/** The moments at which a page may be about to die, and its return from the back/forward cache. */
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
