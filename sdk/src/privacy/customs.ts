/** Masks of our own events; see lib/privacy/customs.py, whose results these equal. */
import { maskAddress } from "./address.ts";
import { looksLikeCard, maskText } from "./text.ts";

// biome-ignore lint/suspicious/noExplicitAny: each tag has its own payload
type Payload = any;

const LONGEST_LABEL = 200;
const LONGEST_MESSAGE = 2_000;
const ERROR_NAME = /^(?:[A-Z][a-z]{1,12}){0,3}(?:Error|Exception)$/;

function told(text: string): string {
  const cut = text.slice(0, LONGEST_MESSAGE);
  return looksLikeCard(cut) ? maskText(cut) : cut;
}

/** Returns the masked payload, or null if the event is not for the record. */
export function maskCustom(tag: string, payload: Payload, allow: Set<string>): Payload | null {
  const paths = new Set([...allow].filter((name) => name === "url_path"));
  const path = (address: string) => maskAddress(address, paths);
  switch (tag) {
    case "sealtape.page":
      return { path: path(payload.path) };
    case "sealtape.error":
      return {
        name: ERROR_NAME.test(payload.name) ? payload.name : "Error",
        message: allow.has("errors") ? told(payload.message) : maskText(payload.message),
        file: path(payload.file),
        line: payload.line,
        column: payload.column,
      };
    case "sealtape.identify":
      return allow.has("identity") ? { label: payload.label.slice(0, LONGEST_LABEL) } : null;
    case "sealtape.paused":
    case "sealtape.resumed":
      return {};
    case "sealtape.console":
      return allow.has("console") ? { level: payload.level, text: told(payload.text) } : null;
    case "sealtape.network": {
      const { method, status, duration_ms, bytes } = payload;
      return allow.has("network")
        ? { method, path: path(payload.path), status, duration_ms, bytes }
        : null;
    }
  }
  return null;
}
