/**
 * Shows web fonts: each that the SDK noted becomes a rule in the recorded page's head. A page that is drawn
 * anew, by seeking back, has them from the start.
 */
import type { RecordedEvent } from "./decode";
import { type Json, Node, part, parts, Source, Type, text } from "./rrweb-names";

const TAG = "sealtape.font";
/** What ingest stores; looked at again, for it becomes part of a style sheet. */
const FONT = /^data:font\/(?:woff2|woff|ttf|otf);base64,[A-Za-z0-9+/]+={0,2}$/;
/** Nothing in a descriptor may end it, its rule, or a string that it has not begun. */
const DESCRIPTOR = /^(?:[^{};\\"'@<]|"[^{};\\"'@<]*"|'[^{};\\"'@<]*')*$/;
const DESCRIPTORS = { family: "font-family", style: "font-style", weight: "font-weight" };
/** Numbers of nodes that no recording has: ingest takes none from 2 ** 31 on. */
const FIRST_ID = 2 ** 31;
const BLANK: Json = { texts: [], attributes: [], removes: [] };

/** The rule that makes a font known, or nothing of one that is odd. */
function ruleOf(payload: Json): string {
  const src = text(payload, "src");
  const family = text(payload, "family");
  const kept = Object.entries({ ...DESCRIPTORS, range: "unicode-range" })
    .map(([member, name]) => [name, text(payload, member)] as const)
    .filter(([, value]) => value);
  const sound = family && FONT.test(src) && kept.every(([, value]) => DESCRIPTOR.test(value));
  const descriptors = kept.map(([name, value]) => `${name}:${value}`).join(";");
  return sound ? `@font-face{${descriptors};src:url("${src}")}` : "";
}

export class Fonts {
  private head: Json | null = null;
  private readonly rules: string[] = [];
  private next = FIRST_ID;

  /** Turns a noted font into a change of the page, in place; events come in their order. */
  show(event: RecordedEvent): void {
    if (event.type === Type.FullSnapshot) this.open(part(event.data, "node"));
    else if (event.type === Type.Custom && event.data.tag === TAG)
      this.add(event, ruleOf(part(event.data, "payload")));
  }

  /** Finds the page's head, and gives it the fonts that are known. */
  private open(page: Json): void {
    const below = (node: Json, tag: string): Json | undefined =>
      parts(node, "childNodes").find(
        (each) => each.type === Node.Element && text(each, "tagName").toLowerCase() === tag,
      );
    const html = below(page, "html");
    this.head = (html && below(html, "head")) ?? null;
    for (const rule of this.rules) this.keep(rule);
  }

  private add(event: RecordedEvent, rule: string): void {
    if (!rule) return;
    this.rules.push(rule);
    if (typeof this.head?.id !== "number") return;
    this.keep(rule);
    const adds = [{ parentId: this.head.id, nextId: null, node: this.style(rule) }];
    event.type = Type.Incremental;
    event.data = { source: Source.Mutation, ...BLANK, adds };
  }

  private keep(rule: string): void {
    if (Array.isArray(this.head?.childNodes)) this.head.childNodes.push(this.style(rule));
  }

  private style(rule: string): Json {
    this.next += 2;
    const words = { type: Node.Text, textContent: rule, id: this.next + 1 };
    const { next: id } = this;
    return { type: Node.Element, tagName: "style", attributes: {}, childNodes: [words], id };
  }
}
