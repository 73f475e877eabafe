/** Masks of trees; see lib/privacy/nodes.py, whose results these equal. */
import { alias, isAlias } from "./alias.ts";
import { maskAttributes } from "./attributes.ts";
import { isWord, maskCss } from "./css.ts";
import { RENAME } from "./rules.ts";
import { looksLikeCard, maskInput, maskText } from "./text.ts";

/** A node as rrweb serializes it. */
// biome-ignore lint/suspicious/noExplicitAny: a union of six shapes, of which we trust none
export type SerializedNode = any;

enum Below {
  Text,
  Css,
  Nothing,
  Field,
  Editable,
}
const CSS_MARK = "/*seal*/";
const BELOW: Record<string, Below> = {
  style: Below.Css,
  noscript: Below.Nothing,
  canvas: Below.Nothing,
  textarea: Below.Field,
};

export function maskTag(name: string): string {
  const lower = name.toLowerCase();
  const kept = RENAME[lower] ?? lower;
  return (isWord(kept) && !kept.includes("-")) || isAlias(kept) ? kept : alias(kept);
}

export function maskPageText(text: string, allow: Set<string>): string {
  if (text.startsWith(CSS_MARK)) return CSS_MARK + maskCss(text.slice(CSS_MARK.length));
  return allow.has("text") && !looksLikeCard(text) ? text : maskText(text);
}

export const maskField = (text: string, allow: Set<string>): string =>
  allow.has("inputs") && !looksLikeCard(text) ? text : maskInput(text);

function maskBelow(text: string, below: Below, allow: Set<string>): string {
  switch (below) {
    case Below.Text:
      return maskPageText(text, allow);
    case Below.Css:
      return maskCss(text);
    case Below.Field:
      return maskField(text, allow);
    case Below.Editable:
      return allow.has("inputs") ? maskPageText(text, allow) : maskText(text);
  }
  return "";
}

function maskElement(node: SerializedNode, below: Below, allow: Set<string>): SerializedNode {
  const tagName = maskTag(node.tagName);
  const attributes = maskAttributes(node.attributes, allow, true);
  let own = BELOW[tagName] ?? Below.Text;
  if (own === Below.Text && ("contenteditable" in attributes || below === Below.Editable))
    own = Below.Editable;
  return {
    type: 2,
    tagName,
    attributes,
    childNodes: node.childNodes.map((child: SerializedNode) => maskNode(child, allow, own)),
    isSVG: node.isSVG || undefined,
    needBlock: node.needBlock || undefined,
    rootId: node.rootId,
    isCustom: node.isCustom || undefined,
    id: node.id,
    isShadowHost: node.isShadowHost || undefined,
    isShadow: node.isShadow || undefined,
  };
}

export function maskNode(
  node: SerializedNode,
  allow: Set<string>,
  below: Below = Below.Text,
): SerializedNode {
  const { type, rootId, id } = node;
  switch (type) {
    case 0: {
      const childNodes = node.childNodes.map((child: SerializedNode) => maskNode(child, allow));
      return { type, childNodes, compatMode: node.compatMode, rootId, id };
    }
    case 1:
      return { type, name: "html", publicId: "", systemId: "", rootId, id };
    case 2:
      return maskElement(node, below, allow);
  }
  const textContent = type === 3 ? maskBelow(node.textContent, below, allow) : "";
  return { type, textContent, rootId, id, isShadow: node.isShadow || undefined };
}
