/** One page's sequence of batches under one grant. */
import type { Handshake } from "./handshake.ts";
import type { Grant, Previous } from "./wire.ts";

/** A token this close to its end is not used any more: the upload itself takes time. */
const EXPIRY_MARGIN_MS = 15_000;

export interface Stream {
  readonly tab: string;
  page: string;
  grant: Grant;
  /** Server's clock minus ours, ms. */
  offset: number;
  /** When the token was granted and when it expires, on our clock, ms. */
  granted: number;
  expires: number;
  /** Raised when numbering starts anew; batches remember theirs. */
  numbering: number;
  /** The number that the next batch gets. */
  next: number;
  /** Compressed event bytes numbered so far on this page. */
  total: number;
  /** Events lost on this page. */
  dropped: number;
  previous: Previous | null;
  user: string | null;
  /** Sent under the present token: batches and bytes, against its limits. */
  batches: number;
  bytes: number;
}

export function openStream(
  tab: string,
  page: string,
  previous: Previous | null,
  user: string | null,
): Stream {
  const counts = { numbering: 1, next: 0, total: 0, dropped: 0, batches: 0, bytes: 0 };
  const unknown = { grant: {} as Grant, offset: 0, granted: 0, expires: 0 };
  return { tab, page, previous, user, ...counts, ...unknown };
}

/** Puts a new token in place; what it covers is counted anew. */
export function adopt(stream: Stream, { answer, offset }: Handshake, now: number): void {
  stream.grant = answer as Grant;
  stream.offset = offset;
  stream.granted = now;
  stream.expires = now + stream.grant.expires_in * 1000;
  stream.batches = 0;
  stream.bytes = 0;
}

/** Starts numbering afresh under `page`, the successor of `previous`. */
export function renumber(stream: Stream, page: string, previous: Previous | null): void {
  stream.page = page;
  stream.previous = previous;
  stream.numbering++;
  stream.next = 0;
  stream.total = 0;
  stream.dropped = 0;
}

/** Tells whether another batch of `bytes` needs a fresh token first. */
export function isSpent(stream: Stream, bytes: number, now: number): boolean {
  const { limits } = stream.grant;
  return (
    now >= stream.expires - EXPIRY_MARGIN_MS ||
    stream.batches >= limits.batches ||
    stream.bytes + bytes > limits.bytes
  );
}

/** An event that changes nothing and tells when the page ended: a last batch is never empty. */
export function farewell(timestamp: number): string {
  const data = { source: 4, width: innerWidth, height: innerHeight };
  return `${JSON.stringify({ type: 3, data, timestamp })}\n`;
}
