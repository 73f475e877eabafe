/** One POST, as a CORS simple request, whose every outcome is a value. */
import type { Environment } from "./environment.ts";
import { KEEPALIVE_BYTES, REQUEST_MS } from "./limits.ts";

export interface Reply {
  /** HTTP status; 0 if no answer came. */
  status: number;
  /** The parsed body, {} if it was not a JSON object. */
  // biome-ignore lint/suspicious/noExplicitAny: JSON from the network, read member by member
  body: any;
  /** What the server asks to wait, 0 if nothing. */
  retryAfterMs: number;
}

export interface Transport {
  post(url: string, parts: BlobPart[], keepalive?: boolean): Promise<Reply>;
  /** Bytes that a keepalive request may have now. */
  room(): number;
}

function parse(text: string): Reply["body"] {
  try {
    return JSON.parse(text) ?? {};
  } catch {
    return {};
  }
}

export function createTransport(env: Environment): Transport {
  let kept = 0;

  async function exchange(url: string, parts: BlobPart[], keepalive: boolean): Promise<Reply> {
    const abort = new AbortController();
    const cancel = env.later(() => abort.abort(), REQUEST_MS);
    let held = 0;
    try {
      const body = new Blob(parts, { type: "text/plain" });
      held = keepalive ? body.size : 0;
      kept += held;
      const response = await env.fetch(url, {
        method: "POST",
        body,
        keepalive,
        credentials: "omit",
        // A page may ask for "unsafe-url", which would send its path and query along.
        referrerPolicy: "origin",
        signal: abort.signal,
      });
      // Chromium frees the keepalive quota only once the body was read to its end.
      const parsed = parse(await response.text());
      const seconds = parsed.retry_after_s ?? response.headers.get("Retry-After");
      return { status: response.status, body: parsed, retryAfterMs: seconds * 1000 || 0 };
    } catch {
      return { status: 0, body: {}, retryAfterMs: 0 };
    } finally {
      cancel();
      kept -= held;
    }
  }

  return {
    post: (url, parts, keepalive = false) => exchange(url, parts, keepalive),
    room: () => KEEPALIVE_BYTES - kept,
  };
}
