/** Requests that the page makes by fetch and XMLHttpRequest, and what they carry where allowed. */
import { guard, quietly } from "./guards.ts";
import { BODY_CHARS, LARGEST_COUNT } from "./limits.ts";
import { patch } from "./patches.ts";
import type { Body } from "./privacy/bodies.ts";
import { typedSecrets } from "./privacy/secrets.ts";

/** `status` and `bytes` are 0 where the browser does not tell. */
export interface Exchange {
  method: string;
  /** The whole address: the mask leaves its path. */
  path: string;
  status: number;
  duration_ms: number;
  bytes: number;
  request?: Body | undefined;
  response?: Body | undefined;
  /** What stood in the page's secret fields: for the mask, which takes it out. */
  hide?: string[] | undefined;
}

/** What the page gives to a request, as fetch takes it. */
interface Given {
  method?: unknown;
  // biome-ignore lint/suspicious/noExplicitAny: any body of fetch or XMLHttpRequest
  body?: any;
}

const count = (size: number): number => Math.min(size || 0, LARGEST_COUNT);

/**
 * The mask judges whether its text may be told; a form's becomes a list of its pairs. A request's
 * kind is seen by what it is: to look up its type could use the page's headers up.
 */
function bodyOf(body: Given["body"], size?: number, type = ""): Body {
  const text = typeof body === "string" || body instanceof URLSearchParams ? `${body}` : "";
  const kind =
    /[/+]json *(;|$)/i.test(type) || /^[[{]/.test(text)
      ? "json"
      : /x-www-form/i.test(type) || /^[^\s=]+=\S*$/.test(text)
        ? "form"
        : "other";
  return {
    kind,
    size: count(size ?? (text.length || body.size || body.byteLength)),
    text: kind === "form" && text ? JSON.stringify([...new URLSearchParams(text)]) : text,
  };
}

/**
 * Calls `report` when each is answered, until the answered function is called. `tells` says
 * whether what a request carries may be told; nobody looks at it else.
 */
export function watchRequests(
  report: (exchange: Exchange) => void,
  tells: () => boolean,
): () => void {
  /** Takes what fetch takes; answers what to call at the end. */
  const begin = guard((asked: unknown, init?: Given) => {
    const { method = "GET" } = (init ?? asked ?? {}) as Given;
    const began = performance.now();
    const { href: path } = new URL((asked as Request).url ?? String(asked), document.baseURI);
    // What a data: or blob: address names lies in the page, and a part of it in the address.
    if (!path.startsWith("http")) return;
    // Now, for a page often clears its fields before it is answered.
    const hide = tells() ? typedSecrets() : undefined;
    const request = hide && init?.body && bodyOf(init.body);
    return guard(
      (
        status: number,
        size: unknown,
        type?: string | null,
        read?: () => string | Promise<string>,
      ) => {
        const bytes = Number.parseInt(String(size), 10);
        const duration_ms = Math.round(performance.now() - began);
        const end = (text = "") =>
          report({
            method: String(method).toUpperCase(),
            path,
            status,
            duration_ms,
            bytes: count(bytes),
            request,
            response: hide && type ? bodyOf(text, bytes, type) : undefined,
            hide,
          });
        // Only what is text, and small by its own word, is worth a copy.
        if (hide && bytes <= BODY_CHARS && /json|x-www-form/i.test(type ?? ""))
          quietly((async () => read?.())().then(end, () => end()));
        else end();
      },
    );
  });

  let sending: unknown;
  const undo = [
    patch(window, "fetch", function (original, args) {
      const end = begin(args[0], args[1] as Given);
      const answer = original.apply(this, args);
      if (!end || !(answer instanceof Promise)) return answer;
      // A fetch of the page's own may answer anything.
      const answered = guard((response: Response) => {
        const { status, headers } = response;
        end(status, headers?.get("content-length"), headers?.get("content-type"), () =>
          response.clone().text(),
        );
      });
      // The page gets what follows from the answer: whether it handles a failure is told of that.
      return answer.then(
        (response: Response) => {
          answered(response);
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
        const end = begin(url, { method, body: sending });
        const ended = guard(({ loaded }: ProgressEvent) =>
          end?.(
            this.status,
            loaded,
            this.getResponseHeader("content-type"),
            () => this.responseText,
          ),
        );
        this.addEventListener("loadend", ended, { once: true });
      };
      this.addEventListener("loadstart", begun, { once: true });
    }),
    patch(XMLHttpRequest.prototype, "send", function (original, args) {
      sending = args[0];
      original.apply(this, args); // tells of its start before it returns
      sending = undefined;
    }),
  ];
  return () => {
    for (const stop of undo) stop();
  };
}
