/** How long to wait before the next try. */
import { BACKOFF_FIRST_MS, BACKOFF_LONGEST_MS, RETRY_AFTER_LONGEST_MS } from "./limits.ts";

/**
 * Doubles with each attempt (from 1), jittered so that visitors of one outage do not return at once.
 * A server's own wish (`retryAfterMs`) is the least that is waited.
 */
export function backoff(attempt: number, retryAfterMs: number, random: number): number {
  const longest = Math.min(BACKOFF_LONGEST_MS, BACKOFF_FIRST_MS * 2 ** (attempt - 1));
  const wished = Math.min(retryAfterMs, RETRY_AFTER_LONGEST_MS);
  return wished + longest * (0.5 + random / 2);
}
