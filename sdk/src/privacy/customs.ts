/** Masks of our own events; see lib/privacy/customs.py, whose results these equal. */
import { maskAddress } from "./address.ts";
import { looksLikeCard, maskText } from "./text.ts";

// biome-ignore lint/suspicious/noExplicitAny: each tag has its own payload
type Payload = any;

const ERROR_NAME =
  /^(?:(?:Aggregate|Eval|Range|Reference|Syntax|Type|URI|Abort|Network|Timeout|Security)?Error|DOMException)$/;

const told = (text: string, allowed: boolean): string =>
  allowed && !looksLikeCard(text) ? text : maskText(text);

/** Returns the masked payload, or null if the event is not for the record. */
export function maskCustom(tag: string, payload: Payload, allow: Set<string>): Payload | null {
  const kind = tag.replace("sealtape.", "");
  const path = (address: string) =>
    maskAddress(address, new Set(allow.has("url_path") ? ["url_path"] : []));
  switch (kind) {
    case "page":
      return { path: path(payload.path) };
    case "error": {
      const { name, message, file } = payload;
      const errors = allow.has("errors");
      return {
        ...payload,
        name: errors || ERROR_NAME.test(name) ? told(name, true) : "Error",
        message: told(message, errors),
        file: path(file),
      };
    }
    case "paused":
    case "resumed":
      return {};
  }
  if (!allow.has(kind.replace("identify", "identity"))) return null;
  if (kind === "identify") return payload;
  if (kind === "console") return { ...payload, text: told(payload.text, true) };
  return kind === "network" ? { ...payload, path: path(payload.path) } : null;
}
