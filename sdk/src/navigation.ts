/** Client-side navigation, which leaves no other trace in a recording. */
import { guard, listen } from "./guards.ts";
import { patch } from "./patches.ts";

const METHODS = ["pushState", "replaceState"] as const;

/** Calls `moved` after each change of the address, until the answered function is called. */
export function watchNavigation(moved: () => void): () => void {
  const safe = guard(moved);
  const restore = METHODS.map((name) =>
    patch(history, name, function (original, args) {
      // The page's own exception (a foreign origin, say) passes through untouched.
      original.apply(this, args);
      safe();
    }),
  );
  restore.push(listen(window, "popstate", moved), listen(window, "hashchange", moved));
  // What the Navigation API moves, in browsers that have it, passes by all of these.
  const api = (window as { navigation?: EventTarget }).navigation;
  if (api) restore.push(listen(api, "currententrychange", moved));
  return () => {
    for (const undo of restore) undo();
  };
}
