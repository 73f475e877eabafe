/** A clock, timers and a server for tests: nothing here waits for real time. */
import type { Environment } from "../src/environment.ts";
import { openStream, type Stream } from "../src/streams.ts";
import type { Grant } from "../src/wire.ts";

// Compression on another thread would finish whenever it likes: tests use the synchronous way.
Reflect.deleteProperty(globalThis, "CompressionStream");

export interface Sent {
  url: string;
  header: Record<string, unknown>;
  keepalive: boolean;
}

type Answer = { status: number; body?: object; headers?: Record<string, string> } | "lost";

export class World implements Environment {
  time = 1_000_000;
  readonly sent: Sent[] = [];
  /** Answers to the next requests; afterwards everything is accepted. */
  answers: Answer[] = [];
  #timers: { at: number; work: () => void }[] = [];

  now = () => this.time;
  random = () => 0;

  later(work: () => void, ms: number): () => void {
    const timer = { at: this.time + ms, work };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  }

  async fetch(url: string, { body, keepalive = false }: RequestInit): Promise<Response> {
    const [line = ""] = (await (body as Blob).text()).split("\n");
    this.sent.push({ url, header: JSON.parse(line), keepalive });
    const answer = this.answers.shift() ?? { status: 202, body: { duplicate: false } };
    if (answer === "lost") throw new TypeError("Failed to fetch");
    const headers = answer.headers ?? {};
    return new Response(JSON.stringify(answer.body ?? {}), { status: answer.status, headers });
  }

  /** Lets `ms` pass, timer by timer, and whatever they set off. */
  async pass(ms: number): Promise<void> {
    const end = this.time + ms;
    for (;;) {
      await this.settle();
      const next = this.#timers.sort((one, other) => one.at - other.at)[0];
      if (!next || next.at > end) break;
      this.#timers.shift();
      this.time = Math.max(this.time, next.at);
      next.work();
    }
    this.time = end;
  }

  /** Lets promises come to rest. */
  async settle(): Promise<void> {
    for (let turn = 0; turn < 30; turn++) await new Promise((resume) => setImmediate(resume));
  }
}

/** A stream under a grant with room for everything. */
export function anyStream(world: World, grant: Partial<Grant> = {}): Stream {
  const stream = openStream("t_tab", "p_page", null, null);
  stream.grant = {
    record: true,
    session: "s_1",
    token: "token",
    expires_in: 600,
    resume: "resume",
    ingest: "https://ingest.example/v1/ingest",
    now: world.time,
    interval_ms: 10_000,
    limits: { batches: 90, bytes: 32 * 1024 * 1024 },
    policy: {
      version: 1,
      allow: [],
      selectors: { mask: [], block: [], allow: [] },
      paths: [],
      sampling: 1,
      honour: { gpc: true, dnt: false },
    },
    ...grant,
  };
  stream.expires = world.time + 600_000;
  return stream;
}
