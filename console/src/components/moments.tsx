/** The list of moments. It follows the playhead, and a click on a row goes there. */
import { useComputed, useSignalEffect } from "@preact/signals";
import {
  Bug,
  CircleSlash,
  FileText,
  type LucideIcon,
  MousePointerClick,
  Network,
  StickyNote,
  TextCursorInput,
  Unplug,
} from "lucide-preact";
import { memo } from "preact/compat";
import { useRef } from "preact/hooks";
import { clock } from "../format/times";
import type { Moment, MomentKind } from "../player/moments";
import type { Playback } from "../player/playback";
import { Bodies } from "./bodies";

const ICONS: Record<MomentKind, LucideIcon> = {
  page: FileText,
  click: MousePointerClick,
  input: TextCursorInput,
  error: Bug,
  console: StickyNote,
  network: Network,
  note: CircleSlash,
  gap: Unplug,
};

/** A page is drawn this long after its address changed: a click on it should show that page. */
const SETTLE_MS = 250;

interface RowProps {
  moment: Moment;
  onGo: (at: number) => void;
}

const MomentRow = memo(({ moment, onGo }: RowProps) => {
  const Icon = ICONS[moment.kind];
  const goal = moment.kind === "page" ? moment.at + SETTLE_MS : moment.at;
  return (
    <li>
      <button type="button" class={`moment ${moment.kind}`} onClick={() => onGo(goal)}>
        <span class="moment-time">{clock(moment.at)}</span>
        <Icon size={14} aria-hidden="true" />
        <span class="moment-words">
          <span class="moment-title">{moment.title}</span>
          {moment.detail && <span class="moment-detail">{moment.detail}</span>}
        </span>
      </button>
      {moment.bodies && <Bodies bodies={moment.bodies} />}
    </li>
  );
});

interface MomentsProps {
  moments: Moment[];
  playback: Playback;
  complete: boolean;
  kind: string;
}

/** The index of the last moment at or before `time`. */
function current(moments: Moment[], time: number): number {
  let at = -1;
  while (at + 1 < moments.length && (moments[at + 1]?.at ?? Infinity) <= time) at += 1;
  return at;
}

/** Marks the current row and scrolls it into sight, without drawing the list anew. */
function mark(list: HTMLElement | null, index: number): void {
  if (!list) return;
  list.querySelector("[aria-current]")?.removeAttribute("aria-current");
  const row = list.children[index]?.firstElementChild as HTMLElement | undefined;
  if (!row) return;
  row.setAttribute("aria-current", "true");
  const panel = list.parentElement;
  if (!panel || panel.matches(":hover")) return;
  const above = row.offsetTop - panel.clientHeight / 2;
  panel.scrollTo({ top: above });
}

export function Moments({ moments, playback, complete, kind }: MomentsProps) {
  const list = useRef<HTMLOListElement>(null);
  const go = useRef((at: number) => playback.seek(at));
  const index = useComputed(() => current(moments, playback.time.value));
  useSignalEffect(() => mark(list.current, index.value));
  if (moments.length === 0) {
    const none =
      kind === "all" ? "Nothing to list in this session." : `No ${kind} in this session.`;
    return <p class="side-empty">{complete ? none : "Loading"}</p>;
  }
  return (
    <ol class="moments" ref={list}>
      {moments.map((moment, at) => (
        <MomentRow key={at} moment={moment} onGo={go.current} />
      ))}
    </ol>
  );
}
