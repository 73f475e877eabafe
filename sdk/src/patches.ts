/** Methods of the page's that tell us of each call, for a time, without being changed by it. */

// biome-ignore lint/suspicious/noExplicitAny: any method, whatever it takes and answers
type Method = (this: any, ...args: any[]) => any;

/**
 * Replaces `target[name]` until the answered function is called. `around` gets the original and
 * calls it: the page's own exceptions pass through, and ours are `around`'s to keep in.
 */
export function patch<T extends object>(
  target: T,
  name: keyof T,
  around: (this: T, original: Method, args: unknown[]) => unknown,
): () => void {
  const original = target[name] as Method;
  let live = true;
  const patched = function (this: T, ...args: unknown[]): unknown {
    return live ? around.call(this, original, args) : original.apply(this, args);
  };
  // Not an assignment, which throws where the page has frozen the target.
  Reflect.set(target, name, patched);
  return () => {
    live = false;
    // Somebody may have patched it again since: taking ours out would take theirs out too.
    if (target[name] === patched) Reflect.set(target, name, original);
  };
}
