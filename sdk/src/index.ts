/** The public API (api.ts), bound to the one session of this page. */
import type { Api, Options } from "./api.ts";
import { browser } from "./environment.ts";
import { guard } from "./guards.ts";
import { Session } from "./session.ts";
import { hasOptedOut, storeOptOut } from "./storage.ts";

let options: Options | null = null;
let session: Session | null = null;

const begin = guard((): void => {
  if (options && !session && !hasOptedOut()) session = new Session(browser, options);
});

function start(): void {
  // A page that is only prerendered may never be seen.
  if ((document as { prerendering?: boolean }).prerendering) {
    document.addEventListener("prerenderingchange", begin, { once: true });
  } else begin();
}

/** Lower-case hex SHA-256. Outside secure contexts it rejects, and the user stays unknown. */
async function digest(id: string): Promise<string> {
  const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(id));
  return [...new Uint8Array(hash)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const init: Api["init"] = guard((chosen) => {
  if (options) return;
  if (!chosen?.key || !chosen.endpoint) {
    console.warn("Sealtape.init needs a key and an endpoint: nothing is recorded.");
    return;
  }
  options = chosen;
  start();
});

export const identify: Api["identify"] = guard((id, label) => {
  const known = session;
  digest(String(id)).then(
    (user) => known?.identify(user, label),
    () => {},
  );
});

export const anonymize: Api["anonymize"] = guard(() => session?.anonymize());

export const pause: Api["pause"] = guard(() => session?.pause());

export const resume: Api["resume"] = guard(() => session?.resume());

export const stop: Api["stop"] = guard(() => {
  session?.stop();
  session = null;
  options = null;
});

export const sessionUrl: Api["sessionUrl"] = () => session?.url ?? null;

export const optOut: Api["optOut"] = guard(() => {
  storeOptOut(true);
  session?.discard();
  session = null;
});

export const optIn: Api["optIn"] = guard(() => {
  storeOptOut(false);
  start();
});
