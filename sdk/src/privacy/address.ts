/** Address masks; see lib/privacy/addresses.py, whose results these equal. */
import { FILES, NEVER_NAMES } from "./rules.ts";
import { looksLikeCard } from "./text.ts";

const LONGEST = 2_048;
const PLAIN = new RegExp(
  `^(?:[A-Za-z]?[a-z]{0,15}(?:[-_][a-z]{0,16}){0,5}(?:\\.(?:${FILES.replaceAll(" ", "|")})){0,2}|v[0-9]{1,2}|\\*|\\.\\.?)$`,
);
const TOKEN = /[^aeiouy\W_]{6}|[a-f]{6}/i;
const PARTS = /^([a-zA-Z][a-zA-Z0-9+.-]*:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?(#[\s\S]*)?$/;
const HOST = /^(https?:\/\/)(?:[^/?#@]*@)*([A-Za-z0-9.[\]:-]*)$/i;
const UNSAFE = /[^A-Za-z0-9._~!$&'()*+,;=:@%/?-]/gu;
const SECRET = new RegExp(`(?:${NEVER_NAMES.replaceAll(" ", "|")})[^a-z0-9=]{0,3}=`, "i");

const safe = (text: string): string => text.replace(UNSAFE, "_");

/** Whether a segment of a path is made of words, and so may be told. */
export const isPlain = (segment: string): boolean => PLAIN.test(segment) && !TOKEN.test(segment);

const maskSegment = (segment: string): string => (isPlain(segment) ? segment : "*");

const unescaped = (text: string): string =>
  text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)));

/** Whether a part, escaped at most twice, names a secret or holds a card's number. */
function isSecret(part: string): boolean {
  const plain = unescaped(unescaped(part)).replaceAll("+", " ");
  return SECRET.test(plain) || looksLikeCard(plain);
}

/** Parameters, or segments of a path, without what is never told. */
function maskParts(text: string, between: string): string {
  const maskPart = (part: string) => {
    if (!isSecret(part)) return safe(part);
    const name = part.split("=")[0] as string;
    return name === part || isSecret(name) ? "*" : `${safe(name)}=*`;
  };
  return text.split(between).map(maskPart).join(between);
}

export function maskPath(path: string, allow: Set<string>): string {
  if (allow.has("url_path")) return `/${maskParts(path.replace(/^\/+/, ""), "/")}`;
  return `/${path.replace(/^\/+/, "").split("/").map(maskSegment).join("/")}`;
}

/** The path alone of an address, masked. */
export const maskPlace = (address: string, allow: Set<string>): string =>
  maskPath(PARTS.exec(address.slice(0, LONGEST))?.[2] ?? "", allow);

export function maskAddress(address: string, allow: Set<string>): string {
  const [, origin = "", path = "", query, hash] = PARTS.exec(address.slice(0, LONGEST)) ?? [];
  const host = allow.has("url_path") ? HOST.exec(origin) : null;
  let kept = (host ? `${host[1]}${host[2]}` : "") + maskPath(path, allow);
  if (query && allow.has("url_query")) kept += `?${maskParts(query.slice(1), "&")}`;
  if (hash && allow.has("url_hash")) kept += `#${maskParts(hash.slice(1), "&")}`;
  return kept;
}
