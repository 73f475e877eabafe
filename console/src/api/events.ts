/** Reads one page of a session's events as it arrives: a manifest line, then gzip members back to back. */
import { send } from "./client";
import type { BatchEntry, EventsManifest } from "./types";

/** A stored batch as received. `member` is null if the answer ended before the batch did. */
export interface StoredBatch {
  entry: BatchEntry;
  member: Uint8Array<ArrayBuffer> | null;
}

/** An answer that breaks docs/console-api.md, or broke off before the manifest was whole. */
export class BrokenAnswer extends Error {}

const NEWLINE = 10;

/** Collects chunks of a stream and hands out exact lengths of them. */
class Inlet {
  private held: Uint8Array<ArrayBuffer> = new Uint8Array(0);

  constructor(private readonly reader: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>) {}

  private async more(): Promise<boolean> {
    const { done, value } = await this.reader.read();
    if (done) return false;
    const joined = new Uint8Array(this.held.length + value.length);
    joined.set(this.held);
    joined.set(value, this.held.length);
    this.held = joined;
    return true;
  }

  async line(): Promise<string> {
    let end = this.held.indexOf(NEWLINE);
    while (end < 0) {
      if (!(await this.more())) throw new BrokenAnswer("The answer ended inside its manifest");
      end = this.held.indexOf(NEWLINE);
    }
    const text = new TextDecoder().decode(this.held.subarray(0, end));
    this.held = this.held.subarray(end + 1);
    return text;
  }

  async take(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    while (this.held.length < length) {
      if (!(await this.more())) return null;
    }
    const part = this.held.slice(0, length);
    this.held = this.held.subarray(length);
    return part;
  }
}

function parseManifest(line: string): EventsManifest {
  try {
    const manifest = JSON.parse(line) as EventsManifest;
    if (Array.isArray(manifest.batches)) return manifest;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new BrokenAnswer("The answer does not begin with a manifest");
}

/**
 * Yields the batches of one events page in order and returns the cursor of the next page, or null.
 *
 * Args: session: its id. cursor: from the page before, or null for the first.
 * Throws: Problem (a refusal), BrokenAnswer, and the signal's AbortError.
 */
export async function* readEvents(
  session: string,
  cursor: string | null,
  signal: AbortSignal,
): AsyncGenerator<StoredBatch, string | null> {
  const query = cursor ? `?cursor=${encodeURIComponent(cursor)}` : "";
  const response = await send(`/v1/sessions/${encodeURIComponent(session)}/events${query}`, {
    signal,
  });
  if (!response.body) throw new BrokenAnswer("The answer has no body");
  const inlet = new Inlet(response.body.getReader());
  const manifest = parseManifest(await inlet.line());
  for (const entry of manifest.batches) {
    yield { entry, member: await inlet.take(entry.length) };
  }
  return manifest.next;
}
