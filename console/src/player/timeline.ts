/** Lays page loads out one after another. Time between two loads, and a second tab's overlap, are left out. */
import type { Batch } from "./decode";
import type { Moment } from "./moments";
import { type Gap, type Span, Track } from "./track";

/** A page load shorter than this still gets this much of the timeline, in milliseconds. */
const MIN_SEGMENT_MS = 400;

/** A page load on the timeline; `start` is in milliseconds of playing time. */
export interface Segment {
  track: Track;
  start: number;
  length: number;
}

/** A stretch on one address; a load has several if it navigates by script. */
export interface Section extends Span {
  path: string;
  tab: number;
}

export interface Timeline {
  segments: Segment[];
  sections: Section[];
  gaps: Gap[];
  rests: Span[];
  moments: Moment[];
  duration: number;
  tabs: number;
}

export const EMPTY: Timeline = {
  segments: [],
  sections: [],
  gaps: [],
  rests: [],
  moments: [],
  duration: 0,
  tabs: 0,
};

function shift<T extends Span>(spans: T[], by: number): T[] {
  return spans.map((span) => ({ ...span, start: span.start + by, end: span.end + by }));
}

function sectionsOf(segment: Segment, tab: number): Section[] {
  const pages = segment.track.moments.filter((moment) => moment.kind === "page");
  const end = segment.start + segment.length;
  if (pages.length === 0) return [{ start: segment.start, end, path: "(unknown page)", tab }];
  return pages.map((moment, at) => {
    const next = pages[at + 1];
    const start = at === 0 ? segment.start : segment.start + moment.at;
    return { start, end: next ? segment.start + next.at : end, path: moment.title, tab };
  });
}

/** Takes in batches in the manifest's order and lays out what has come so far. */
export class Recording {
  private readonly tracks = new Map<string, Track>();

  add(batch: Batch): void {
    const { page, tab } = batch.entry;
    let track = this.tracks.get(page);
    if (!track) {
      track = new Track(page, tab);
      this.tracks.set(page, track);
    }
    track.add(batch);
  }

  get pages(): Track[] {
    return [...this.tracks.values()];
  }

  layOut(): Timeline {
    const line: Timeline = {
      ...EMPTY,
      segments: [],
      sections: [],
      gaps: [],
      rests: [],
      moments: [],
    };
    const tabs: string[] = [];
    for (const track of this.tracks.values()) {
      if (track.events.length === 0) continue;
      if (!tabs.includes(track.tab)) tabs.push(track.tab);
      const length = Math.max(track.length, MIN_SEGMENT_MS);
      const segment = { track, start: line.duration, length };
      line.segments.push(segment);
      line.sections.push(...sectionsOf(segment, tabs.indexOf(track.tab)));
      line.gaps.push(...shift(track.gaps, segment.start));
      line.rests.push(...shift(track.rests, segment.start));
      line.moments.push(
        ...track.moments.map((moment) => ({ ...moment, at: moment.at + segment.start })),
      );
      line.duration += length;
    }
    line.tabs = tabs.length;
    return line;
  }
}

/** The index of the last item that starts at or before `time`, or -1. Items are in order. */
export function indexAt(items: readonly { start: number }[], time: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.start ?? Infinity) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
