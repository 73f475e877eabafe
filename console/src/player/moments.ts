/** The moments of a page worth a row in the list: pages, clicks, typing, errors and what the SDK noted. */
import { bodiesOf, type Carried } from "./bodies";
import type { RecordedEvent } from "./decode";
import type { Nodes } from "./nodes";
import { CLICKS, part, Source, Type, text } from "./rrweb-names";

export type MomentKind =
  | "page"
  | "click"
  | "input"
  | "error"
  | "console"
  | "network"
  | "note"
  | "gap";

/** `at` counts milliseconds from the start of the page load, or of the session once laid out. */
export interface Moment {
  at: number;
  kind: MomentKind;
  title: string;
  detail: string;
  /** What a request carried, where the policy allowed to keep it. */
  bodies?: Carried[];
}

/** Typing into one field is one row until this long after its last event, in milliseconds. */
const TYPING_PAUSE_MS = 4_000;

const NOTES: Record<string, string> = {
  "sealtape.paused": "Recording paused by the page",
  "sealtape.resumed": "Recording resumed by the page",
  "sealtape.identify": "Visitor identified",
};

/** A masked address may be a path alone. */
const NOWHERE = "https://masked.invalid";

function pathOf(href: string): string {
  return URL.canParse(href, NOWHERE) ? new URL(href, NOWHERE).pathname : "(unknown address)";
}

/** Collects the moments of one page load, event by event and in order. */
export class MomentLog {
  readonly moments: Moment[] = [];
  private path = "";
  private typing: { id: unknown; until: number } = { id: null, until: 0 };

  constructor(private readonly nodes: Nodes) {}

  /** Takes in one event at `at` milliseconds. */
  note(event: RecordedEvent, at: number): void {
    if (event.type === Type.Meta) this.page(pathOf(text(event.data, "href")), at);
    else if (event.type === Type.Custom) this.custom(event, at);
    else if (event.type === Type.Incremental) this.incremental(event, at);
  }

  private push(
    at: number,
    kind: MomentKind,
    title: string,
    detail = "",
    bodies: Carried[] = [],
  ): void {
    this.moments.push({ at, kind, title, detail, ...(bodies.length > 0 && { bodies }) });
  }

  private page(path: string, at: number): void {
    if (path === this.path) return;
    this.path = path;
    const last = this.moments.at(-1);
    // Meta carries the masked address and the SDK's own event the path: one moment for both.
    if (last?.kind === "page" && last.at === at) last.title = path;
    else this.push(at, "page", path);
  }

  private incremental(event: RecordedEvent, at: number): void {
    const { data } = event;
    const id = typeof data.id === "number" ? data.id : -1;
    if (data.source === Source.MouseInteraction && CLICKS.has(data.type)) {
      const { what, words } = this.nodes.describe(id);
      this.push(at, "click", `Click on ${what}`, words);
    } else if (data.source === Source.Input && data.userTriggered !== false) {
      const fresh = this.typing.id !== id || at > this.typing.until;
      this.typing = { id, until: at + TYPING_PAUSE_MS };
      if (fresh) this.push(at, "input", `Input in ${this.nodes.describe(id).what}`);
    }
  }

  private custom(event: RecordedEvent, at: number): void {
    const tag = text(event.data, "tag");
    const payload = part(event.data, "payload");
    const note = NOTES[tag];
    if (note) this.push(at, "note", note, text(payload, "label"));
    else if (tag === "sealtape.page") this.page(text(payload, "path") || "(unknown address)", at);
    else if (tag === "sealtape.error") {
      const name = text(payload, "name") || "Error";
      const line = typeof payload.line === "number" ? `:${payload.line}` : "";
      const file = text(payload, "file");
      const message = text(payload, "message");
      this.push(at, "error", message ? `${name}: ${message}` : name, file ? file + line : "");
    } else if (tag === "sealtape.console") {
      const level = text(payload, "level");
      this.push(at, level === "error" ? "error" : "console", text(payload, "text"), level);
    } else if (tag === "sealtape.network") {
      const status = typeof payload.status === "number" ? payload.status : 0;
      const took = typeof payload.duration_ms === "number" ? `${payload.duration_ms} ms` : "";
      this.push(
        at,
        "network",
        `${text(payload, "method")} ${text(payload, "path")}`,
        `${status} ${took}`,
        bodiesOf(payload),
      );
    }
  }
}
