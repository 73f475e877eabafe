/** Draws masked text as soft bars. It uses the CSS Custom Highlight API, which moves nothing on the page. */
import type { Replayer } from "@rrweb/replay";
import { isMasked } from "./nodes";

const NAME = "sealtape-masked";
/** Rules for the Replayer to insert; a browser without the API would refuse the selector. */
export const MASK_RULES: string[] =
  "highlights" in CSS
    ? [`::highlight(${NAME}) { color: transparent; background-color: rgb(125 145 150 / 34%); }`]
    : [];
/** At most one drawing in this many milliseconds: a mutation flood must not become ours. */
const PACE_MS = 120;
/** Text nodes drawn per page; beyond this the mask's own letters stay, which is only less pretty. */
const MAX_RANGES = 20_000;

type HighlightWindow = Window & typeof globalThis;

function rangesIn(document: Document): Range[] {
  const ranges: Range[] = [];
  if (!document.body) return ranges;
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node && ranges.length < MAX_RANGES; node = walker.nextNode()) {
    if (!isMasked(node.nodeValue ?? "")) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    ranges.push(range);
  }
  return ranges;
}

function draw(frame: HTMLIFrameElement): void {
  const view = frame.contentWindow as HighlightWindow | null;
  const document = frame.contentDocument;
  if (!view || !document || !view.CSS?.highlights) return;
  view.CSS.highlights.set(NAME, new view.Highlight(...rangesIn(document)));
}

/** Follows `replayer` and keeps its masked text drawn as bars. Returns what stops it. */
export function drawMasks(replayer: Replayer): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const plan = () => {
    timer ??= setTimeout(() => {
      timer = null;
      draw(replayer.iframe);
    }, PACE_MS);
  };
  const observer = new MutationObserver(plan);
  const watch = () => {
    const document = replayer.iframe.contentDocument;
    if (!document?.documentElement) return;
    observer.disconnect();
    observer.observe(document, { childList: true, subtree: true, characterData: true });
    plan();
  };
  replayer.on("fullsnapshot-rebuilded", watch);
  return () => {
    observer.disconnect();
    if (timer) clearTimeout(timer);
  };
}
