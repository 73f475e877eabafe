/** Gzip: by the browser's own stream where there is time, by ours where there is none. */
import { gzip } from "./deflate.ts";

/** Compresses at once: at exit nothing asynchronous is sure to come back. */
export const packNow = (text: string): Uint8Array<ArrayBuffer> =>
  gzip(new TextEncoder().encode(text));

/** Compresses off the main thread, or at once in browsers without CompressionStream. */
export async function pack(text: string): Promise<Uint8Array<ArrayBuffer>> {
  if (typeof CompressionStream !== "function") return packNow(text);
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
