/** Address masks; see lib/privacy/addresses.py, whose results these equal. */
import { NEVER_QUERY } from "./rules.ts";
import { looksLikeCard } from "./text.ts";

const LONGEST = 2_048;
const WORD = "[A-Za-z]?[a-z]{0,15}";
const PLAIN = new RegExp(`^(?:${WORD}(?:[-_.]${WORD}){0,5}|v[0-9]{1,2}|\\*)$`);
const TOKEN = /[^aeiouy\W_]{6}|[a-f]{6}/i;
const PARTS = /^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/;
const HOST = /^(https?:\/\/)(?:[^/?#@]*@)*([A-Za-z0-9.[\]:-]*)$/i;
const UNSAFE = /[^A-Za-z0-9._~!$&'()*+,;=:@%/?-]/gu;
const never = NEVER_QUERY.split(" ");

const safe = (text: string): string => text.replace(UNSAFE, "_");

const maskSegment = (segment: string): string =>
  PLAIN.test(segment) && !TOKEN.test(segment) ? segment : "*";

function maskPair(pair: string): string {
  const [name = "", ...rest] = pair.split("=");
  const secret = never.includes(name.toLowerCase()) || looksLikeCard(rest.join("="));
  return secret ? `${safe(name)}${rest.length ? "=" : ""}*` : safe(pair);
}

export function maskPath(path: string, allow: Set<string>): string {
  if (allow.has("url_path")) return `/${safe(path).replaceAll("?", "_").replace(/^\/+/, "")}`;
  return `/${path.replace(/^\/+/, "").split("/").map(maskSegment).join("/")}`;
}

/** The path alone of an address, masked. */
export const maskPlace = (address: string, allow: Set<string>): string =>
  maskPath(PARTS.exec(address.slice(0, LONGEST))?.[2] ?? "", allow);

export function maskAddress(address: string, allow: Set<string>): string {
  const [, origin = "", path = "", query, hash] = PARTS.exec(address.slice(0, LONGEST)) ?? [];
  const host = allow.has("url_path") ? HOST.exec(origin) : null;
  let kept = (host ? `${host[1]}${host[2]}` : "") + maskPath(path, allow);
  if (query && allow.has("url_query"))
    kept += `?${query.slice(1).split("&").map(maskPair).join("&")}`;
  if (hash && allow.has("url_hash")) kept += `#${safe(hash.slice(1))}`;
  return kept;
}
