/** A recorder that knows nothing of Sealtape's masks: rrweb as it comes, with a valid token. */
import { record } from "@rrweb/record";

type Options = { key: string; endpoint: string; greedy?: boolean };
type Grant = { token: string; ingest: string };

const FLUSH_MS = 1_000;
const LETTERS = "abcdefghijklmnopqrstuvwxyz234567";
const id = (prefix: string): string =>
  prefix + Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => LETTERS[each & 31]).join("");

const page = id("p_");
const tab = id("t_");
let events: unknown[] = [];
let grant: Grant | null = null;
let seq = 0;
let end: (() => void) | undefined;

const post = (url: string, body: BlobPart[]): Promise<Response> =>
  // What a careless integration does: no thought of what the Referer tells.
  fetch(url, { method: "POST", body: new Blob(body, { type: "text/plain" }) });

async function gzip(text: string): Promise<ArrayBuffer> {
  const stream = new Blob([text]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

async function flush(final: boolean): Promise<void> {
  if (!grant || (!events.length && !final)) return;
  const lines = events.map((event) => `${JSON.stringify(event)}\n`).join("");
  events = [];
  const header = {
    v: 1, token: grant.token, page, seq: seq++, sent: Date.now(), offset: 0,
    dropped: 0, final, total: 0, previous: null, user: null,
  };
  await post(grant.ingest, [`${JSON.stringify(header)}\n`, await gzip(lines)]);
}

let chain: Promise<void> = Promise.resolve();
const queue = (final = false): Promise<void> => (chain = chain.then(() => flush(final)));

/** Everything that rrweb can be asked for, and the console on top, as its plugin sends it. */
const GREEDY = { recordCanvas: true, collectFonts: true, inlineImages: true };

function listen(): void {
  for (const level of ["log", "warn", "error"] as const) {
    const original = console[level];
    console[level] = (...args: unknown[]) => {
      const payload = args.map((each) => JSON.stringify(each) ?? String(each));
      const data = { plugin: "rrweb/console@1", payload: { level, trace: [String(new Error().stack)], payload } };
      events.push({ type: 6, data, timestamp: Date.now() });
      record.addCustomEvent("sealtape.console", { level, text: payload.join(" ") });
      original.apply(console, args);
    };
  }
}

export async function init({ key, endpoint, greedy }: Options): Promise<void> {
  const ask = { v: 1, key, sdk: "0.1.0", tab, page, resume: null, assertion: null };
  const answer = await post(`${endpoint}/v1/handshake`, [JSON.stringify(ask)]);
  grant = await answer.json();
  end = record({ emit: (event) => events.push(event), ...(greedy ? GREEDY : {}) });
  if (greedy) listen();
  setInterval(queue, FLUSH_MS);
}

export const ready = (): boolean => grant !== null;

export function stop(): Promise<void> {
  end?.();
  return queue(true);
}
