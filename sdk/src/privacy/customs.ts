/** Masks of our own events; see lib/privacy/customs.py, whose results these equal. */
import { LABEL_CHARS, MESSAGE_CHARS } from "../limits.ts";
import { maskPlace } from "./address.ts";
import { type Body, maskBody } from "./bodies.ts";
import { maskValue } from "./css.ts";
import { NEVER_NAMES } from "./rules.ts";
import { looksLikeCard, maskText } from "./text.ts";

// biome-ignore lint/suspicious/noExplicitAny: each tag has its own payload
type Payload = any;

const ERROR_NAME =
  /^(?:(?:Aggregate|Eval|Range|Reference|Syntax|Type|URI|Abort|Network|Timeout|Security)?Error|DOMException)$/;

/** Of an address that a message quotes. */
const PARAMETER = new RegExp(
  `([?&#;][\\w.[\\]%-]*(?:${NEVER_NAMES.replaceAll(" ", "|")})[^a-z0-9= ]{0,3}=)[^\\x00-\\x20&#"'<>]+`,
  "gi",
);

const METHOD = /^(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;

/** The first `count` code points. */
const cut = (text: string, count: number): string =>
  text.length > count ? [...text.slice(0, 2 * count)].slice(0, count).join("") : text;

function tell(text: string, most = MESSAGE_CHARS): string {
  const kept = cut(text, most);
  // No mask of half of it is longer than all of it may be.
  return looksLikeCard(kept) ? maskText(cut(kept, most / 2)) : kept.replace(PARAMETER, "$1*");
}

/** Returns the masked payload, or null if the event is not for the record. */
export function maskCustom(tag: string, payload: Payload, allow: Set<string>): Payload | null {
  const kind = tag.replace("sealtape.", "");
  const path = (address: string) => maskPlace(address, allow);
  switch (kind) {
    case "page":
      return { path: path(payload.path) };
    case "error": {
      const { name, message, file } = payload;
      const errors = allow.has("errors");
      return {
        ...payload,
        name: errors || ERROR_NAME.test(name) ? tell(name) : "Error",
        message: errors ? tell(message) : maskText(message),
        file: path(file),
      };
    }
    case "font": {
      const css = (name: string) => maskValue(payload[name], allow, `font-${name}`);
      const [family, style, weight] = ["family", "style", "weight"].map(css);
      return allow.has("fonts") ? { ...payload, family, style, weight } : null;
    }
    case "paused":
    case "resumed":
      return {};
  }
  if (!allow.has(kind.replace("identify", "identity"))) return null;
  if (kind === "identify") return { label: tell(payload.label, LABEL_CHARS) };
  if (kind === "console") return { ...payload, text: tell(payload.text) };
  if (kind !== "network" || !METHOD.test(payload.method)) return null;
  const carried = (body?: Body) =>
    body && allow.has("bodies") ? { ...body, text: maskBody(body, payload.hide) } : undefined;
  return {
    ...payload,
    hide: undefined,
    path: path(payload.path),
    request: carried(payload.request),
    response: carried(payload.response),
  };
}
