/**
 * What outlives a page: the visit (localStorage, shared by tabs) and the tab (sessionStorage).
 * Neither ever holds anything recorded. A browser that refuses storage only loses continuity.
 */
import { newId } from "./ids.ts";
import { IDLE_MS, SESSION_MS } from "./limits.ts";
import type { Previous } from "./wire.ts";

const NAME = "sealtape";
const OPTED_OUT = "sealtape.optout";

export interface Visit {
  session: string;
  resume: string;
  /** When this browser first heard of the session, and when the visitor last acted: Unix ms. */
  since: number;
  active: number;
}

interface Tab {
  tab: string;
  page?: string;
  last?: number;
  /** True while its page lives. A copy that is born open belongs to a duplicated tab. */
  open: boolean;
}

type Area = "localStorage" | "sessionStorage";

function read<T>(area: Area, name: string): T | null {
  try {
    return JSON.parse(window[area].getItem(name) ?? "null");
  } catch {
    return null;
  }
}

function write(area: Area, name: string, value: unknown): void {
  try {
    if (value === null) window[area].removeItem(name);
    else window[area].setItem(name, JSON.stringify(value));
  } catch {
    // Storage is full or forbidden: the next page starts a session of its own.
  }
}

/** The visit to resume, or null if there is none that is young and lively enough. */
export function currentVisit(now: number): Visit | null {
  const visit = read<Visit>("localStorage", NAME);
  const alive = visit && now - visit.active < IDLE_MS && now - visit.since < SESSION_MS;
  return alive ? visit : null;
}

export const storeVisit = (visit: Visit | null): void => write("localStorage", NAME, visit);

export const hasOptedOut = (): boolean => read("localStorage", OPTED_OUT) !== null;

export const storeOptOut = (out: boolean): void => write("localStorage", OPTED_OUT, out || null);

/** Takes the tab's id over from the page before this one, or starts a new tab. */
export function openTab(): string {
  const old = read<Tab>("sessionStorage", NAME);
  const tab = old && !old.open ? old : { tab: newId("t_") };
  write("sessionStorage", NAME, { ...tab, open: true });
  return tab.tab;
}

/** The newest page of this tab that sent anything. */
export function lastPage(): Previous | null {
  const { page, last = 0 } = read<Tab>("sessionStorage", NAME) ?? {};
  return page ? { page, last } : null;
}

/** Notes how far the tab's newest page has come. */
export const noteTab = (tab: string, page: string, last: number): void =>
  write("sessionStorage", NAME, { tab, page, last, open: true });

/** Leaves the tab to the page after this one. */
export const closeTab = (): void =>
  write("sessionStorage", NAME, { ...read<Tab>("sessionStorage", NAME), open: false });

/** Notes that the visitor acted, so that the visit's other pages know that it lives. */
export function touchVisit(session: string, active: number): void {
  const visit = read<Visit>("localStorage", NAME);
  if (visit?.session === session && active > visit.active) storeVisit({ ...visit, active });
}
