/** Drawings of canvases, looked at now and then where the policy allows it: rrweb's own way is cut. */
import { quietly } from "./guards.ts";
import {
  DRAWING_PIXELS,
  DRAWINGS_APART_MS,
  DRAWINGS_CHARS_PER_MS,
  DRAWINGS_FIRST_MS,
  PICTURE_CHARS,
  PICTURES_CHARS,
} from "./limits.ts";
import { type Bound, holderOf } from "./privacy/fields.ts";
import type { RecordedEvent } from "./wire.ts";

/** Of WebP, from 0 to 1: charts stay readable. A browser that cannot write WebP writes PNG. */
const QUALITY = 0.6;

/** Answers a blob as a data: address. */
export const dataUrl = (blob: Blob): Promise<string> =>
  new Promise((done, fail) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result as string);
    reader.onerror = fail;
    reader.readAsDataURL(blob);
  });

/** An empty canvas of the same size. */
const emptyAs = ({ width, height }: HTMLCanvasElement): HTMLCanvasElement =>
  Object.assign(document.createElement("canvas"), { width, height });

/**
 * What is drawn now, from a copy, for every kind of canvas is encoded a little differently. Encoding
 * is the browser's own thread's. Rejects what may not be read.
 */
async function read(canvas: HTMLCanvasElement): Promise<string> {
  const copy = emptyAs(canvas);
  copy.getContext("2d")?.drawImage(canvas, 0, 0);
  const blob = await new Promise<Blob | null>((done) => copy.toBlob(done, "image/webp", QUALITY));
  return dataUrl(blob as Blob);
}

function onScreen(element: Element): boolean {
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}

const isWithin = (selector: string, element: Element | null | undefined): boolean =>
  !!element && (element.matches(selector) || isWithin(selector, holderOf(element)));

/** Emits what changed on each canvas that `bound` knows of, until the answered function is called. */
export function watchDrawings(
  bound: Bound,
  nodeOf: (id: number) => Node | null,
  blocked: string,
  emit: (event: RecordedEvent) => void,
): () => void {
  const { drawings } = bound;
  let live = true;
  let wait = DRAWINGS_FIRST_MS;
  let room = 0;

  const mayTell = (id: number, canvas: HTMLCanvasElement): boolean =>
    drawings.has(id) && !bound.masks(id) && !isWithin(blocked, canvas);

  async function look(id: number): Promise<void> {
    const canvas = nodeOf(id) as HTMLCanvasElement;
    const { width, height } = canvas;
    if (!mayTell(id, canvas) || !onScreen(canvas) || width * height > DRAWING_PIXELS) return;
    const drawn = await read(canvas);
    const before = drawings.get(id);
    if (drawn === before || drawn.length > Math.min(room, PICTURE_CHARS)) return;
    // WebGL forgets what it drew when it was shown: only a canvas known to be 2D was wiped.
    if (drawn === (await read(emptyAs(canvas))) && !(before && canvas.getContext("2d"))) return;
    // The page may have hidden it meanwhile, and a new picture of the page asks for all anew.
    if (!mayTell(id, canvas)) return;
    room -= drawn.length;
    drawings.set(id, drawn);
    const attributes = [{ id, attributes: { rr_dataURL: drawn } }];
    const data = { source: 0, texts: [], attributes, removes: [], adds: [] };
    emit({ type: 3, data, timestamp: Date.now() });
  }

  function next(ms: number): void {
    setTimeout(() => requestAnimationFrame(() => live && quietly(round())), ms);
  }

  async function round(): Promise<void> {
    room = PICTURES_CHARS;
    // All at once: WebGL's drawings can be read in the frame in which they are made, and not later.
    await Promise.allSettled([...drawings.keys()].map(look));
    wait = Math.min(2 * wait, DRAWINGS_APART_MS);
    next(Math.max(wait, (PICTURES_CHARS - room) / DRAWINGS_CHARS_PER_MS));
  }

  if (bound.allow.has("canvas")) next(wait);
  return () => {
    live = false;
  };
}
