/** The address bar as a signal, and links that change it without a page load. */
import { computed, signal } from "@preact/signals";

const here = signal(location.pathname);

addEventListener("popstate", () => {
  here.value = location.pathname;
});

export type SettingsTab = "policy" | "keys" | "outcomes";
export type VaultTab = "seal" | "erasures" | "exports";

export type Route =
  | { page: "sessions" }
  | { page: "settings"; tab: SettingsTab }
  | { page: "vault"; tab: VaultTab }
  | { page: "session"; id: string }
  | { page: "posture" }
  | { page: "setup" }
  | { page: "unknown" };

function parse(path: string): Route {
  if (path === "/" || path === "/sessions") return { page: "sessions" };
  if (path === "/posture") return { page: "posture" };
  if (path === "/setup") return { page: "setup" };
  if (path === "/settings") return { page: "settings", tab: "policy" };
  const tab = /^\/settings\/(policy|keys|outcomes)$/.exec(path)?.[1];
  if (tab) return { page: "settings", tab: tab as SettingsTab };
  if (path === "/vault") return { page: "vault", tab: "seal" };
  const part = /^\/vault\/(seal|erasures|exports)$/.exec(path)?.[1];
  if (part) return { page: "vault", tab: part as VaultTab };
  const session = /^\/sessions\/([A-Za-z0-9_]{1,64})$/.exec(path);
  return session?.[1] ? { page: "session", id: session[1] } : { page: "unknown" };
}

export const route = computed<Route>(() => parse(here.value));

/** Goes to `path`; `replace` leaves no step to go back to. */
export function go(path: string, replace = false): void {
  if (replace) history.replaceState(null, "", path);
  else history.pushState(null, "", path);
  here.value = location.pathname;
  scrollTo(0, 0);
}

/** Handles a click on an `<a href>` of ours; modified clicks keep the browser's meaning. */
export function follow(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.currentTarget as HTMLElement).closest("a");
  if (!link) return;
  event.preventDefault();
  go(link.pathname + link.search);
}
