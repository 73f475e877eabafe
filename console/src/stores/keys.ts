/** The tenant's SDK keys, and the one that was just made and is shown once. */
import { signal } from "@preact/signals";
import { type KeyDraft, type NewKey, type SdkKey, settings } from "../api/settings";
import { Resource } from "./resource";

export type KeyState = "live" | "expiring" | "expired" | "disabled";

export const keys = new Resource<SdkKey[]>(settings.keys);
/** Kept in memory only, until its card is closed or the page is left. */
export const shownOnce = signal<NewKey | null>(null);

export function stateOf(key: SdkKey, now: number): KeyState {
  if (key.state === "disabled") return "disabled";
  if (key.expires_ms === null) return "live";
  return key.expires_ms > now ? "expiring" : "expired";
}

function put(fresh: SdkKey): void {
  const known = keys.value.value ?? [];
  const at = known.findIndex((each) => each.id === fresh.id);
  keys.value.value = at < 0 ? [fresh, ...known] : known.with(at, fresh);
}

function show(made: NewKey): void {
  shownOnce.value = made;
  const { key: _, ...row } = made;
  put(row);
}

export async function addKey(draft: KeyDraft): Promise<void> {
  show(await settings.addKey(draft));
}

export async function changeKey(id: string, draft: KeyDraft): Promise<void> {
  put(await settings.changeKey(id, draft));
}

/** Makes a successor; the old key's end is the server's to say, so the list is read again. */
export async function rotateKey(id: string, hours: number, tenant: string): Promise<void> {
  show(await settings.rotateKey(id, hours));
  await keys.load(tenant);
}

export async function disableKey(id: string): Promise<void> {
  put(await settings.disableKey(id));
}
