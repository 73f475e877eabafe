/** Remembers what each node id stands for, so that a click can be told as "button" and not as a number. */
import { type Json, Node, part, parts, text } from "./rrweb-names";

interface Known {
  tag: string;
  kind: string;
  words: string;
  parent: number;
}

/** Elements that a person means when clicking somewhere inside them. */
const TARGETS: Record<string, string> = {
  a: "link",
  button: "button",
  input: "field",
  label: "label",
  option: "option",
  select: "list",
  summary: "disclosure",
  textarea: "text field",
  img: "image",
  video: "video",
};
const INPUT_KINDS: Record<string, string> = {
  submit: "button",
  button: "button",
  checkbox: "checkbox",
  radio: "option",
  search: "search field",
  password: "password field",
};
/** Elements that only hold others: a click there is a click on the page. */
const GROUNDS = new Set([
  "html",
  "body",
  "main",
  "section",
  "article",
  "div",
  "form",
  "header",
  "nav",
]);
const PROSE = new Set(["p", "span", "h1", "h2", "h3", "h4", "li", "strong", "em", "td", "th", "b"]);

function plain(tag: string): string {
  if (GROUNDS.has(tag)) return "page";
  return PROSE.has(tag) ? "text" : tag;
}

/** Steps from a clicked node up to the control around it. */
const MAX_CLIMB = 6;
/** Characters of a control's own words that a list row can hold. */
const MAX_WORDS = 40;

/** True if `words` is nothing but runs of mask characters. Both tests are linear: texts are hostile. */
export function isMasked(words: string): boolean {
  return /^[x*•█\s]+$/u.test(words) && /[x*•█]{2}/u.test(words);
}

export class Nodes {
  private readonly known = new Map<number, Known>();

  /** Learns a serialized tree. Iterative: a hostile tree may be deeper than the stack. */
  learn(root: Json, parent: number): void {
    const stack: { node: Json; parent: number }[] = [{ node: root, parent }];
    for (let item = stack.pop(); item; item = stack.pop()) {
      const id = typeof item.node.id === "number" ? item.node.id : -1;
      if (item.node.type === Node.Text) this.addWords(item.parent, text(item.node, "textContent"));
      else if (item.node.type === Node.Element)
        this.known.set(id, this.element(item.node, item.parent));
      const children = parts(item.node, "childNodes");
      for (let at = children.length - 1; at >= 0; at -= 1) {
        const child = children[at];
        if (child) stack.push({ node: child, parent: id });
      }
    }
  }

  private element(node: Json, parent: number): Known {
    const kind = text(part(node, "attributes"), "type").toLowerCase();
    return { tag: text(node, "tagName").toLowerCase(), kind, words: "", parent };
  }

  private addWords(id: number, words: string): void {
    const owner = this.known.get(id);
    const trimmed = words.trim();
    if (!owner || !trimmed || owner.words.length >= MAX_WORDS) return;
    owner.words = `${owner.words} ${trimmed}`.trim().slice(0, MAX_WORDS);
  }

  private control(id: number): Known | undefined {
    let at = this.known.get(id);
    for (let step = 0; at && step < MAX_CLIMB; step += 1) {
      if (at.tag in TARGETS) return at;
      at = this.known.get(at.parent);
    }
    return undefined;
  }

  /** Names the control around node `id`: what it is, and its words unless they are masked. */
  describe(id: number): { what: string; words: string } {
    const own = this.known.get(id);
    const control = this.control(id);
    if (!control) return { what: plain(own?.tag ?? "html"), words: "" };
    const field = control.tag === "input" ? INPUT_KINDS[control.kind] : undefined;
    const what = field ?? TARGETS[control.tag] ?? control.tag;
    const words = control.words || own?.words || "";
    return { what, words: isMasked(words) ? "" : words };
  }
}
