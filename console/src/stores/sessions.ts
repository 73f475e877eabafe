/** The sessions list: pages of rows, a filter on what is loaded, and a quiet refresh of the newest. */
import { computed, signal } from "@preact/signals";
import { api, Problem } from "../api/client";
import type { SessionRow } from "../api/types";

/** Rows a request: two screens of the densest layout. */
const PAGE_ROWS = 50;
/** A visit must show up within 15 s of its last click; ingest and network take their part of that. */
const REFRESH_MS = 8_000;

export type ListState = "loading" | "ready" | "failed";

export const rows = signal<SessionRow[]>([]);
export const next = signal<string | null>(null);
export const listState = signal<ListState>("loading");
export const listProblem = signal<Problem | null>(null);
export const loadingMore = signal(false);
export const query = signal("");
/** When the newest rows were last fetched, so that a fresh row is never "in the future". */
export const refreshed = signal(0);

let owner = "";

function haystack(row: SessionRow): string {
  const parts = [row.id, row.user ?? "anonymous", ...row.paths, row.browser, row.os, row.device];
  return parts.join(" ").toLowerCase();
}

/** The loaded rows that hold every word of the query. */
export const shown = computed(() => {
  const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows.value;
  return rows.value.filter((row) => {
    const text = haystack(row);
    return words.every((word) => text.includes(word));
  });
});

function merge(fresh: SessionRow[], old: SessionRow[]): SessionRow[] {
  const ids = new Set(fresh.map((row) => row.id));
  return [...fresh, ...old.filter((row) => !ids.has(row.id))];
}

async function attempt(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    listProblem.value = error;
    listState.value = "failed";
  }
}

/** Loads the newest rows of `tenant`; rows of another tenant are forgotten first. */
export async function loadSessions(tenant: string): Promise<void> {
  if (owner !== tenant) {
    owner = tenant;
    rows.value = [];
    query.value = "";
  }
  listState.value = rows.value.length > 0 ? "ready" : "loading";
  await attempt(async () => {
    const page = await api.sessions(PAGE_ROWS, null);
    if (owner !== tenant) return;
    rows.value = page.sessions;
    refreshed.value = Date.now();
    next.value = page.next;
    listState.value = "ready";
  });
}

export async function loadOlder(): Promise<void> {
  if (!next.value || loadingMore.value) return;
  const tenant = owner;
  loadingMore.value = true;
  await attempt(async () => {
    const page = await api.sessions(PAGE_ROWS, next.value);
    if (owner !== tenant) return;
    rows.value = merge(rows.value, page.sessions);
    next.value = page.next;
  });
  loadingMore.value = false;
}

/** Fetches the newest rows again while the tab is looked at; a failure waits for the next round. */
export function keepFresh(): () => void {
  const timer = setInterval(async () => {
    if (document.hidden || listState.value !== "ready") return;
    const tenant = owner;
    try {
      const page = await api.sessions(PAGE_ROWS, null);
      if (owner !== tenant) return;
      rows.value = merge(page.sessions, rows.value);
      refreshed.value = Date.now();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }, REFRESH_MS);
  return () => clearInterval(timer);
}
