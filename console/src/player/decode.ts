/** From stored gzip to events. Each member gets a stream of its own: browsers stop at the first of several. */
import type { StoredBatch } from "../api/events";
import type { BatchEntry } from "../api/types";

/** An rrweb event that passed the shape check; `timestamp` is on the server's clock. */
export interface RecordedEvent {
  type: number;
  data: Record<string, unknown>;
  timestamp: number;
}

/** `damaged`: bytes that do not inflate. `cut`: the answer ended early. */
export type Fault = "damaged" | "cut" | null;

export interface Batch {
  entry: BatchEntry;
  events: RecordedEvent[];
  fault: Fault;
  /** Lines that were no event. */
  unreadable: number;
}

/** Twice what ingest accepts inflated (8 MiB): anything above is no batch of ours. */
const MAX_INFLATED_BYTES = 16 * 1024 * 1024;
/** A session ends after 4 h; an event further from its batch's sending has a forged time. */
const MAX_DRIFT_MS = 4.5 * 60 * 60 * 1000;
const LAST_EVENT_TYPE = 7;

/** Inflates one gzip member to text, or returns null if it is damaged or far too large. */
async function inflate(member: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const stream = new Blob([member]).stream().pipeThrough(new DecompressionStream("gzip"));
  const decoder = new TextDecoder();
  const parts: string[] = [];
  let size = 0;
  try {
    for await (const chunk of stream) {
      size += chunk.length;
      if (size > MAX_INFLATED_BYTES) return null;
      parts.push(decoder.decode(chunk, { stream: true }));
    }
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
  return parts.join("") + decoder.decode();
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Parses one line into an event on the server's clock, or null if it is none. */
function parseEvent(line: string, entry: BatchEntry): RecordedEvent | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
  if (!isRecord(value) || typeof value.timestamp !== "number") return null;
  const { type, timestamp } = value;
  if (typeof type !== "number" || !Number.isInteger(type)) return null;
  if (type < 0 || type > LAST_EVENT_TYPE) return null;
  if (entry.sent > 0 && !(Math.abs(timestamp - entry.sent) <= MAX_DRIFT_MS)) return null;
  const data = isRecord(value.data) ? value.data : {};
  return { type, data, timestamp: timestamp + entry.offset };
}

/** Decodes one stored batch. It never throws on bad bytes: what is wrong is in the answer. */
export async function decode({ entry, member }: StoredBatch): Promise<Batch> {
  if (!member) return { entry, events: [], fault: "cut", unreadable: 0 };
  const text = await inflate(member);
  if (text === null) return { entry, events: [], fault: "damaged", unreadable: 0 };
  const events: RecordedEvent[] = [];
  let unreadable = 0;
  for (const line of text.split("\n")) {
    if (!line) continue;
    const event = parseEvent(line, entry);
    if (event) events.push(event);
    else unreadable += 1;
  }
  return { entry, events, fault: null, unreadable };
}

/** Lets the page draw and answer input between two batches. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
