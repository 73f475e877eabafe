/**
 * Shows what was drawn on canvases. A browser draws nothing on a canvas of a document without scripts, but
 * takes an image for its content: it stays the element that it was, for every rule of its style sheets.
 */
import type { RecordedEvent } from "./decode";
import { type Json, Node, part, parts, Source, Type, text } from "./rrweb-names";

/** The attribute in which rrweb has what was drawn. */
const DRAWN = "rr_dataURL";
/** What ingest stores; looked at again, for it becomes part of a style. */
const DRAWING = /^data:image\/(?:png|jpeg|webp);base64,[A-Za-z0-9+/]+={0,2}$/;
/** A canvas without attributes has this size (HTML standard, section 4.12.5), in pixels. */
const WIDTH = 300;
const HEIGHT = 150;

interface Canvas {
  width: number;
  height: number;
  /** Its drawing as the value of `content`. */
  content: string;
}

function pixels(value: unknown, otherwise: number): number {
  const digits = /^\s*\+?(\d{1,5})/.exec(String(value ?? ""));
  return digits ? Number(digits[1]) : otherwise;
}

/** An empty image, so that the box keeps the size and the proportions that a canvas has. */
function empty(width: number, height: number): string {
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' width='${width}' height='${height}'/>`;
  return `url("data:image/svg+xml,${encodeURIComponent(svg)}")`;
}

export class Drawings {
  private readonly canvases = new Map<number, Canvas>();

  /** Turns what an event says of canvases into styles, in place; events come in their order. */
  show(event: RecordedEvent): void {
    if (event.type === Type.FullSnapshot) {
      this.canvases.clear();
      this.see(part(event.data, "node"));
    } else if (event.type === Type.Incremental && event.data.source === Source.Mutation) {
      for (const add of parts(event.data, "adds")) this.see(part(add, "node"));
      for (const change of parts(event.data, "attributes")) this.change(change);
    }
  }

  /** Finds canvases in a tree. Iterative, child by child: a hostile tree may be deeper or wider than the stack. */
  private see(root: Json): void {
    const stack = [root];
    for (let node = stack.pop(); node; node = stack.pop()) {
      const tag = node.type === Node.Element && text(node, "tagName").toLowerCase();
      if (tag === "canvas" && typeof node.id === "number") this.open(node, node.id);
      for (const child of parts(node, "childNodes")) stack.push(child);
    }
  }

  private open(node: Json, id: number): void {
    const { [DRAWN]: drawn, ...attributes } = part(node, "attributes");
    const width = pixels(attributes.width, WIDTH);
    const height = pixels(attributes.height, HEIGHT);
    const known = this.canvases.get(id);
    const canvas = { width, height, content: "" };
    // A canvas that was moved comes again, with all but its drawing.
    if (known?.width === width && known.height === height) canvas.content = known.content;
    this.canvases.set(id, canvas);
    this.draw(canvas, drawn);
    attributes.style = this.styled(canvas, text(attributes, "style"));
    node.attributes = attributes;
  }

  private change(change: Json): void {
    const { [DRAWN]: drawn, ...attributes } = part(change, "attributes");
    change.attributes = attributes;
    const canvas = typeof change.id === "number" && this.canvases.get(change.id);
    if (!canvas) return;
    const before = canvas.content;
    const width = "width" in attributes ? pixels(attributes.width, WIDTH) : canvas.width;
    const height = "height" in attributes ? pixels(attributes.height, HEIGHT) : canvas.height;
    // Another size wipes it; until it is told anew, an old drawing would have the wrong proportions.
    if (width !== canvas.width || height !== canvas.height) canvas.content = "";
    Object.assign(canvas, { width, height });
    this.draw(canvas, drawn);
    const { style } = attributes;
    if (typeof style === "object" && style !== null)
      attributes.style = { ...style, content: [canvas.content, "important"] };
    else if ("style" in attributes)
      attributes.style = this.styled(canvas, text(attributes, "style"));
    else if (canvas.content !== before)
      attributes.style = { content: [canvas.content, "important"] };
  }

  private draw(canvas: Canvas, drawn: unknown): void {
    if (typeof drawn === "string" && DRAWING.test(drawn)) canvas.content = `url("${drawn}")`;
    canvas.content ||= empty(canvas.width, canvas.height);
  }

  private styled({ content }: Canvas, style: string): string {
    return `content:${content}!important;${style}`;
  }
}
