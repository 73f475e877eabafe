/** What the page says of a node: the server learns it with the change, or masks. */
import { PICTURES_CHARS } from "../limits.ts";
import type { Policy } from "../wire.ts";
import { watchRoot } from "./passwords.ts";
import { parsed } from "./selectors.ts";

/** The field that an input concerns; empty for page text. */
export interface Field {
  type?: string | undefined;
  autocomplete?: string | null | undefined;
}

/** What the masks need to know of the policy and the page. */
export interface Bound {
  /** The capabilities that the policy names. */
  allow: Set<string>;
  /** Characters that the page's pictures may still take. */
  room: { left: number };
  /** What was last sent of each canvas whose drawing may be told; empty before the first. */
  drawings: Map<number, string>;
  /** The field or text that a change of this node concerns; null: nothing of it may be told. */
  fieldOf(id: number): Field | null;
  /** Whether this node keeps what it tells, and its element's attributes, to itself. */
  masks(id: number): boolean;
  /** Whether this very node does, as it stood where less was allowed. */
  sealed(id: number): boolean;
  /** Whether somebody may type into this very element. */
  typed(id: number): boolean;
  /** Tells of the root of a shadow or a frame: its passwords are watched from now on. */
  enter(id: number): void;
  /** Whether text below this node, or of it, is a style sheet. */
  inStyle(id: number): boolean;
}

/** The page as the recorder knows it. */
export interface Page {
  nodeOf(id: number): Node | null;
  /** Nodes of which nothing may be told for good. */
  sealed: WeakSet<Node>;
}

export const UNKNOWN: Page = { nodeOf: () => null, sealed: new WeakSet() };

const elementOf = (node: Node | null): Element | null =>
  node && (node.nodeType === Node.ELEMENT_NODE ? (node as Element) : node.parentElement);

/** What a shadow root or a frame's document hangs on; a link, too, has a member called host. */
const hostOf = (root: Node): Element | null | undefined =>
  root.nodeType === Node.DOCUMENT_FRAGMENT_NODE
    ? (root as ShadowRoot).host
    : (root as Document).defaultView?.frameElement;

/** The element that a node lies in, or its root hangs on. */
const placeOf = (node: Node | null): Element | null | undefined =>
  elementOf(node) ?? (node && hostOf(node.getRootNode()));

/** What an element lies in, out of shadow trees and frames too. */
export const holderOf = (element: Element): Element | null | undefined =>
  element.parentElement ?? hostOf(element.getRootNode());

/** Typed into, also where the page says so by other means than an attribute. */
const isEditor = (element: Element | null): boolean =>
  !!(element as HTMLElement | null)?.isContentEditable;

/** Answers whether an element lies in a masked part: the closest mark decides. */
export function createMarks({
  selectors,
}: Policy): (element: Element | null | undefined) => boolean {
  const mask = ["[data-seal=mask]", ...selectors.mask.map(parsed)].join();
  const allow = ["[data-seal=allow]", ...selectors.allow.filter((each) => parsed(each) === each)];
  const masked = (element: Element | null | undefined): boolean => {
    if (!element) return false;
    if (element.matches(mask)) return true;
    if (element.matches(allow.join())) return false;
    return masked(holderOf(element));
  };
  return masked;
}

export function createBound(policy: Policy, { nodeOf, sealed }: Page): Bound {
  const allow = new Set(policy.allow);
  const masked = createMarks(policy);
  const isSealed = (id: number) => {
    const node = nodeOf(id);
    return !!node && sealed.has(node);
  };
  return {
    allow,
    room: { left: PICTURES_CHARS },
    drawings: new Map(),
    sealed: isSealed,
    masks: (id) => allow.size > 0 && (isSealed(id) || masked(placeOf(nodeOf(id)))),
    typed: (id) => allow.has("text") && !allow.has("inputs") && isEditor(elementOf(nodeOf(id))),
    enter(id) {
      const node = nodeOf(id);
      watchRoot((node as Element | null)?.shadowRoot ?? node);
    },
    inStyle: (id) => elementOf(nodeOf(id))?.tagName === "STYLE",
    fieldOf(id) {
      const element = elementOf(nodeOf(id));
      if (!element || masked(element)) return null;
      const typed = element.closest("input,textarea,select,[contenteditable]");
      if ((typed || isEditor(element)) && !allow.has("inputs")) return null;
      // An option tells of its field; a custom element's name is as good as a field's.
      const field = typed ?? element;
      if (field.hasAttribute("data-rr-is-password")) return null;
      const type = field.getAttribute("type") ?? (field as HTMLInputElement).type;
      return {
        type: typed || type ? String(type) : "",
        autocomplete: field.getAttribute("autocomplete"),
      };
    },
  };
}
