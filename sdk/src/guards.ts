/** The promise that nothing of ours is ever thrown into the page. */

/** Wraps `work` so that it never throws: a failure answers undefined. */
export function guard<A extends unknown[], R>(work: (...args: A) => R) {
  return (...args: A): R | undefined => {
    try {
      return work(...args);
    } catch {
      return undefined;
    }
  };
}

/** Lets `work` run on; its failure is nobody's to handle, least of all the page's. */
export function quietly(work: Promise<unknown>): void {
  work.catch(() => {});
}

/** Listens until the answered function is called; `handle` never throws into the page. */
export function listen(
  target: EventTarget,
  type: string,
  handle: (event: Event) => void,
): () => void {
  const safe = guard(handle);
  target.addEventListener(type, safe, true);
  return () => target.removeEventListener(type, safe, true);
}
