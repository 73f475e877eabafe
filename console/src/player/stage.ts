/** One page load on screen: rrweb's Replayer in its script-less sandbox, behind the few calls that we need. */
import { Replayer } from "@rrweb/replay";
import type { eventWithTime } from "@rrweb/types";
import type { RecordedEvent } from "./decode";
import { drawMasks, MASK_RULES } from "./masks";
import { Node, Type } from "./rrweb-names";
import type { Track } from "./track";

/** The one sandbox that a recording may play in: our scripts reach in, nothing in it runs. */
const SANDBOX = "allow-same-origin";

export interface Size {
  width: number;
  height: number;
}

const SILENT = { log: () => {}, warn: () => {} };

function blankPage(): Record<string, unknown> {
  const element = (tagName: string, id: number, childNodes: unknown[]) => ({
    type: Node.Element,
    tagName,
    id,
    attributes: {},
    childNodes,
  });
  const html = element("html", -12, [element("head", -13, []), element("body", -14, [])]);
  return { type: 0, id: -11, childNodes: [html] };
}

/** Events that a load must begin with: its size, and a blank page while its picture has not come. */
function opening(track: Track, size: Size): RecordedEvent[] {
  const timestamp = track.first;
  const events: RecordedEvent[] = [];
  if (track.events[0]?.type !== Type.Meta) {
    events.push({ type: Type.Meta, timestamp, data: { href: "about:blank", ...size } });
  }
  if (track.opensAt === 0 && track.pictureAt !== 0) {
    const data = { node: blankPage(), initialOffset: { left: 0, top: 0 } };
    events.push({ type: Type.FullSnapshot, timestamp, data });
  }
  return events;
}

/** Puts the blank page behind the load's own Meta, where rrweb looks for a snapshot. */
function withOpening(track: Track, size: Size): RecordedEvent[] {
  const extra = opening(track, size);
  const [head, ...rest] = track.events;
  if (!head) return extra;
  return head.type === Type.Meta ? [head, ...extra, ...rest] : [...extra, head, ...rest];
}

export class Stage {
  private readonly replayer: Replayer;
  private taken: number;
  private readonly stopMasks: () => void;

  constructor(
    root: HTMLElement,
    private readonly track: Track,
    size: Size,
    speed: number,
    on: { finish: () => void; resize: (size: Size) => void },
  ) {
    this.taken = track.events.length;
    this.replayer = new Replayer(withOpening(track, size) as unknown as eventWithTime[], {
      root,
      speed,
      showWarning: false,
      showDebug: false,
      logger: SILENT as unknown as Console,
      triggerFocus: false,
      insertStyleRules: MASK_RULES,
      mouseTail: { duration: 400, lineCap: "round", lineWidth: 2, strokeStyle: "#0f766e" },
    });
    const { iframe } = this.replayer;
    if (iframe.getAttribute("sandbox") !== SANDBOX) throw new Error("The replay is not sandboxed");
    iframe.title = "Recorded page";
    iframe.tabIndex = -1;
    this.replayer.on("finish", on.finish);
    this.replayer.on("resize", (to) => on.resize(to as Size));
    this.stopMasks = drawMasks(this.replayer);
  }

  get wrapper(): HTMLElement {
    return this.replayer.wrapper;
  }

  /** Milliseconds from the load's first event. */
  get time(): number {
    return Math.min(this.track.length, Math.max(0, this.replayer.getCurrentTime()));
  }

  /** Shows the load as it was at `time`; what happened in that very millisecond included. */
  show(time: number, playing: boolean): void {
    const from = Math.max(time, this.track.opensAt) + 1;
    if (playing) this.replayer.play(from);
    else this.replayer.pause(from);
  }

  setSpeed(speed: number): void {
    this.replayer.setConfig({ speed });
  }

  /** Hands events that arrived since to the replayer, which takes them in by a microtask each. */
  grow(): void {
    const fresh = this.track.events.slice(this.taken);
    this.taken = this.track.events.length;
    for (const event of fresh) this.replayer.addEvent(event as unknown as eventWithTime);
  }

  destroy(): void {
    this.stopMasks();
    this.replayer.destroy();
  }
}
