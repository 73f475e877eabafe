/** The public API. Every function is safe to call at any time, in any order, and never throws. */
import { browser } from "./environment.ts";
import { guard } from "./guards.ts";
import type { Options } from "./handshake.ts";
import { Session } from "./session.ts";
import { hasOptedOut, storeOptOut } from "./storage.ts";

export type { Options };

let options: Options | null = null;
let session: Session | null = null;

function start(): void {
  if (!options || session || hasOptedOut()) return;
  const begin = guard(() => {
    if (options && !session && !hasOptedOut()) session = new Session(browser, options);
  });
  // A page that is only prerendered may never be seen.
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", begin, { once: true });
  } else begin();
}

async function digest(id: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Starts recording this page, once the handshake has succeeded. Only the first call counts. */
export const init = guard((chosen: Options): void => {
  if (options) return;
  if (!chosen?.key || !chosen.endpoint) {
    console.warn("Sealtape.init needs a key and an endpoint; nothing is recorded.");
    return;
  }
  options = chosen;
  start();
});

/** Ties the session to a user by a hash of `id`; `label` is kept only if the policy allows identity. */
export const identify = guard((id: string, label?: string): void => {
  const known = session;
  // Outside secure contexts there is no digest, and the user stays unknown.
  digest(String(id)).then(
    (user) => known?.identify(user, label),
    () => {},
  );
});

/** Forgets the user, at sign-out. What follows is another session. */
export const anonymize = guard((): void => session?.anonymize());

/** Records nothing until `resume`. */
export const pause = guard((): void => session?.pause());

export const resume = guard((): void => session?.resume());

/** Ends recording on this page. `init` may start it again. */
export const stop = guard((): void => {
  session?.stop();
  session = null;
  options = null;
});

/** Where members replay this session; null before the handshake, or without a known console. */
export const sessionUrl = guard((): string | null => session?.url ?? null);

/** The visitor does not want to be recorded, in this browser, from now on. Unsent events are lost. */
export const optOut = guard((): void => {
  storeOptOut(true);
  session?.discard();
  session = null;
});

export const optIn = guard((): void => {
  storeOptOut(false);
  start();
});
