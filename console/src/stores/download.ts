/** Downloads an export's parts in ranges, compares each hash, and hands it to the browser as a file. */
import { type Signal, signal } from "@preact/signals";
import { Problem } from "../api/client";
import { type Export, type Part, readPart } from "../api/vault";

/** Bytes of one range: what the API answers at most, and what the audit log shows as one line. */
const RANGE_BYTES = 8 * 1024 * 1024;

/** Some browsers read a file only after the click, so its address outlives it, in milliseconds. */
const KEPT_MS = 60_000;

/** A part's download: how much came, done, or why not. */
export type Download =
  | { state: "none" }
  | { state: "running"; share: number }
  | { state: "done" }
  | { state: "failed"; words: string };

const downloads = new Map<string, Signal<Download>>();

/** The download of a part; it goes on while another page is looked at. */
export function downloadOf(row: Export, part: Part): Signal<Download> {
  const name = `${row.id}/${part.n}`;
  const known = downloads.get(name) ?? signal<Download>({ state: "none" });
  downloads.set(name, known);
  return known;
}

function save(blob: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), KEPT_MS);
}

async function sha256(data: ArrayBuffer): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", data));
  return [...digest].map((each) => each.toString(16).padStart(2, "0")).join("");
}

async function fetchPart(row: Export, part: Part, at: Signal<Download>): Promise<Blob> {
  const pieces: ArrayBuffer[] = [];
  for (let first = 0; first < part.bytes; first += RANGE_BYTES) {
    at.value = { state: "running", share: first / part.bytes };
    const last = Math.min(first + RANGE_BYTES, part.bytes) - 1;
    pieces.push(await readPart(row.id, part, first, last));
  }
  return new Blob(pieces, { type: "application/x-tar" });
}

/** Downloads one part; one that is under way already is left alone. */
export async function download(row: Export, part: Part): Promise<void> {
  const at = downloadOf(row, part);
  if (at.value.state === "running") return;
  at.value = { state: "running", share: 0 };
  try {
    const blob = await fetchPart(row, part, at);
    if ((await sha256(await blob.arrayBuffer())) !== part.sha256) {
      at.value = { state: "failed", words: "These are not the bytes that were exported" };
      return;
    }
    save(blob, `${part.n}.tar`);
    at.value = { state: "done" };
  } catch (error) {
    if (!(error instanceof Problem || error instanceof TypeError)) throw error;
    const words = error instanceof Problem ? error.detail || error.message : "The connection broke";
    at.value = { state: "failed", words };
  }
}

/** The manifest, under the name that an import looks for. */
export function saveManifest(row: Export): void {
  const text = JSON.stringify(row.manifest, null, 1);
  save(new Blob([text], { type: "application/json" }), "manifest.json");
}

/** Everything that an import needs, one part after the other. */
export async function downloadAll(row: Export): Promise<void> {
  saveManifest(row);
  for (const part of row.manifest?.parts ?? []) await download(row, part);
}
