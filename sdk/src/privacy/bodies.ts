/** Masks of requests' bodies; see lib/privacy/bodies.py, whose results these equal. */
import { BODY_CHARS } from "../limits.ts";
import { isPlain } from "./address.ts";
import { isSecret } from "./names.ts";
import { looksLikeCard, maskInput } from "./text.ts";

/** What a request or its answer carried. */
export interface Body {
  kind: "json" | "form" | "other";
  /** Bytes; characters of a text that the page gave. */
  size: number;
  /** As it came, of a form a list of its pairs; absent where it is not to be looked at. */
  text?: string | undefined;
}

const HIDDEN = maskInput("x");

/** Whether a name of the page's is made of words: camelCase, snake_case, or CONSTANTS. */
const isWords = (name: string): boolean =>
  isPlain(
    /[a-z]/.test(name)
      ? name.replace(/[a-z[]\d\d?(?![\da-z])|[A-Z$[\]]/g, "_")
      : name.toLowerCase(),
  );
const says = (value: unknown): boolean => typeof value === "string" && isSecret(value);

/**
 * Returns the text of a body, masked, or undefined if it may not be told. `hide` is what stands in
 * the page's fields of the never-list.
 */
export function maskBody({ kind, text = "" }: Body, hide: string[] = []): string | undefined {
  const holds = (value: string) =>
    looksLikeCard(value) || hide.some((each) => value.includes(each));
  const givesAway = (value: string) =>
    holds(value) ||
    value.match(/[\w+=~-]{16,}/g)?.some((run) => !isWords(run)) ||
    value.match(/[^:=>]{0,40}[:=>]/g)?.some(isSecret);
  const pairs = (entries: [string, unknown][], named?: boolean) => {
    let masked = 0;
    return entries.map(([key, value]) => [
      isWords(key) && !holds(key) ? key : `*${++masked}`,
      /[^ -~]/.test(key) || isSecret(key) || (named && /val/i.test(key)) ? HIDDEN : value,
    ]);
  };
  /** For JSON.stringify, which goes on with the parts of what it is answered. */
  const mask = (_: string, value: unknown): unknown => {
    if (/str|num/.test(typeof value)) return givesAway(`${value}`) ? HIDDEN : value;
    if (Array.isArray(value))
      return value.length === 2 && says(value[0]) ? [value[0], HIDDEN] : value;
    if (!value || value === true) return value;
    return Object.fromEntries(pairs(Object.entries(value), Object.values(value).some(says)));
  };
  try {
    if (kind === "other" || text.length > BODY_CHARS) return;
    const body = JSON.parse(text);
    const made = JSON.stringify(kind === "form" ? pairs(body) : body, mask);
    if (made.length <= BODY_CHARS) return made;
  } catch {
    // No body of its kind.
  }
  return;
}
