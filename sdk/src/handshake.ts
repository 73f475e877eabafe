/** The handshake: nothing is recorded before it succeeded. */
import type { Options } from "./api.ts";
import { backoff } from "./backoff.ts";
import type { Environment } from "./environment.ts";
import { SDK_VERSION } from "./limits.ts";
import { currentVisit, storeVisit } from "./storage.ts";
import type { Reply, Transport } from "./transport.ts";
import type { Answer } from "./wire.ts";

export interface Handshake {
  answer: Answer;
  /** Milliseconds to add to this browser's clock to get the server's. */
  offset: number;
}

/** One tab at a time, so that two tabs of one visit do not open two sessions. */
async function exclusively<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks ? await navigator.locks.request("sealtape", work) : await work();
}

export function createHandshakes(env: Environment, transport: Transport, options: Options) {
  const url = `${options.endpoint.replace(/\/+$/, "")}/v1/handshake`;

  async function ask(tab: string, page: string, resume: string | null): Promise<Reply> {
    const proof = (!resume && (await options.assertion?.())) || null;
    const question = { v: 1, key: options.key, sdk: SDK_VERSION, tab, page, resume };
    return transport.post(url, [JSON.stringify({ ...question, assertion: proof })]);
  }

  /** Asks once; a success is stored for the next page before another tab may ask. */
  async function attempt(tab: string, page: string): Promise<Reply & { offset: number }> {
    const visit = currentVisit(env.now());
    let asked = env.now();
    let reply = await ask(tab, page, visit?.resume ?? null);
    if (reply.status === 403 && visit && options.assertion) {
      // The visit ended on the server's clock: a new session needs an assertion.
      asked = env.now();
      reply = await ask(tab, page, null);
    }
    const heard = env.now();
    if (reply.status === 200) {
      const { session, resume } = reply.body as Answer;
      const known = visit?.session === session ? visit : { since: heard, active: heard };
      storeVisit({ session, resume, since: known.since, active: known.active });
    }
    return { ...reply, offset: Math.round(reply.body.now - (asked + heard) / 2) };
  }

  /**
   * Asks until the server answers. Null if it refuses for good, or once `wanted` turns false.
   */
  return async function shake(
    tab: string,
    page: string,
    wanted: () => boolean,
  ): Promise<Handshake | null> {
    for (let tries = 1; wanted(); tries++) {
      // A failing assertion or lock is an outage like any other.
      const reply = await exclusively(() => attempt(tab, page)).catch(() => null);
      if (reply?.status === 200) return { answer: reply.body, offset: reply.offset };
      const temporary = !reply?.status || reply.status >= 500 || reply.status === 429;
      if (!temporary || reply?.body.retry === false) return null;
      const wait = backoff(tries, reply?.retryAfterMs ?? 0, env.random());
      await new Promise<void>((resume) => env.later(resume, wait));
    }
    return null;
  };
}

export type Shake = ReturnType<typeof createHandshakes>;
