/** Requests that the page makes by fetch and XMLHttpRequest: what they are, not what they carry. */
import { guard } from "./guards.ts";
import { LARGEST_COUNT } from "./limits.ts";
import { patch } from "./patches.ts";

/** `status` and `bytes` are 0 where the browser does not tell. */
export interface Exchange {
  method: string;
  /** The whole address: the mask leaves its path. */
  path: string;
  status: number;
  duration_ms: number;
  bytes: number;
}

/** Calls `report` when each is answered, until the answered function is called. */
export function watchRequests(report: (exchange: Exchange) => void): () => void {
  /** Takes what fetch takes; answers what to call at the end. */
  const begin = guard((asked: unknown, init?: unknown) => {
    const { method = "GET" } = (init ?? asked ?? {}) as Request;
    const began = performance.now();
    const { href } = new URL((asked as Request).url ?? String(asked), document.baseURI);
    // What a data: or blob: address names lies in the page, and a part of it in the address.
    if (!href.startsWith("http")) return;
    return guard((status: number, size: unknown) => {
      const bytes = Math.min(Number.parseInt(String(size), 10) || 0, LARGEST_COUNT);
      const duration_ms = Math.round(performance.now() - began);
      report({ method: String(method).toUpperCase(), path: href, status, duration_ms, bytes });
    });
  });

  const undo = [
    patch(window, "fetch", function (original, args) {
      const end = begin(args[0], args[1]);
      const answer = original.apply(this, args);
      if (!end || !(answer instanceof Promise)) return answer;
      // The page gets what follows from the answer: whether it handles a failure is told of that.
      return answer.then(
        (response: Response) => {
          end(response.status, response.headers?.get("content-length"));
          return response;
        },
        (error: unknown) => {
          end(0, 0);
          throw error;
        },
      );
    }),
    patch(XMLHttpRequest.prototype, "open", function (original, args) {
      original.apply(this, args);
      const [method, url] = args;
      const begun = () => {
        const end = begin(url, { method });
        this.addEventListener("loadend", ({ loaded }) => end?.(this.status, loaded), {
          once: true,
        });
      };
      this.addEventListener("loadstart", begun, { once: true });
    }),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}
