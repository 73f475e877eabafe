/** Masks of trees; see lib/privacy/nodes.py, whose results these equal. */
import { alias, isAlias, remember } from "./alias.ts";
import { type Attributes, maskAttributes, mayTell } from "./attributes.ts";
import { isWord, maskCss, tags } from "./css.ts";
import type { Bound } from "./fields.ts";
import { isPicture } from "./pictures.ts";
import { RENAME } from "./rules.ts";
import { looksLikeCard, maskInput, maskText } from "./text.ts";

/** A node as rrweb serializes it. */
// biome-ignore lint/suspicious/noExplicitAny: a union of six shapes
type SerializedNode = any;

/** The text below an element: css, never recorded, a field's, or typed into the page. */
const BELOW: Record<string, string> = {
  style: "css",
  noscript: "none",
  img: "none",
  canvas: "none",
  input: "none",
  textarea: "field",
};
export const CSS_MARK = "/*seal*/";

export const maskTag = remember((name) => {
  const lower = name.toLowerCase();
  const kept = Object.hasOwn(RENAME, lower) ? (RENAME[lower] as string) : lower;
  const known = tags.has(kept) || (isWord(kept) && !kept.includes("-")) || isAlias(kept);
  return known ? kept : alias(kept);
});

export function maskPageText(text: string, { allow }: Bound): string {
  if (text.startsWith(CSS_MARK)) return CSS_MARK + maskCss(text.slice(CSS_MARK.length), allow);
  return allow.has("text") && !looksLikeCard(text) ? text : maskText(text);
}

export const maskField = (text: string, { allow }: Bound): string =>
  allow.has("inputs") && !looksLikeCard(text) ? text : maskInput(text);

function maskBelow(text: string, below: string | undefined, bound: Bound): string {
  if (below === "css") return maskCss(text, bound.allow);
  if (below === "none") return "";
  if (below === "field") return maskField(text, bound);
  return below && !bound.allow.has("inputs") ? maskText(text) : maskPageText(text, bound);
}

const NOTHING = new Set<string>();

export const without = (capability: string, allow: Set<string>): Set<string> =>
  new Set([...allow].filter((each) => each !== capability));

/** What of an element's attributes may be told. */
export const allowOf = (id: number, bound: Bound): Set<string> =>
  bound.masks(id) ? NOTHING : bound.allow;

/** What was drawn of an image becomes its source: the player fails to do so while it seeks. */
function show(attributes: Attributes, drawn: unknown, { room }: Bound): Attributes {
  const { src, ...rest } = attributes;
  const shown = isPicture(String(drawn)) ? { ...rest, src: drawn } : attributes;
  if (shown.src) {
    room.left -= String(shown.src).length;
    if (room.left < 0) shown.src = null;
  }
  return shown;
}

/** Masks a tree in place: a copy of a large page would cost more than its masks. */
export function maskNode(node: SerializedNode, bound: Bound, below?: string): SerializedNode {
  const { type } = node;
  if (!type || node.isShadowHost) bound.enter(node.id);
  if (type === 1) {
    node.name = "html";
    node.publicId = node.systemId = "";
  } else if (type === 2) {
    const { id } = node;
    const allow = allowOf(id, bound);
    let tag = maskTag(node.tagName);
    const never = bound.allow.has("inputs") && !mayTell(node.attributes);
    let attributes = maskAttributes(node.attributes, allow, true);
    if (tag === "canvas" && bound.allow.has(tag) && !bound.drawings.has(id))
      bound.drawings.set(id, "");
    if (tag === "img")
      attributes = show(attributes, allow.has("images") && node.attributes.rr_dataURL, bound);
    // What lies below a field that is never told would tell it: its text, its options.
    if (never) bound = { ...bound, allow: without("inputs", bound.allow) };
    // A field's own padding would come on top of the size that was measured of it.
    if (tag === "input" && "rr_width" in attributes) tag = "img";
    node.tagName = tag;
    node.attributes = attributes;
    node.needBlock ||= undefined;
    const typed = below === "typed" || "contenteditable" in attributes || bound.typed(node.id);
    below = BELOW[tag] ?? (typed ? "typed" : undefined);
  } else if (type === 0) below = undefined;
  else if (type === 3) {
    const known = bound.allow.size && bound.sealed(node.id) ? { ...bound, allow: NOTHING } : bound;
    node.textContent = maskBelow(node.textContent, below, known);
  } else {
    node.textContent = "";
    // A replay's document is HTML, in which no CDATA section can be made.
    if (type === 4) node.type = 3;
  }
  if (node.childNodes) for (const each of node.childNodes) maskNode(each, bound, below);
  return node;
}
