/** The outside world that tests replace: clock, timers, network, chance. */
export interface Environment {
  /** Unix ms. */
  now(): number;
  /** Calls `work` once after `ms`; answers what cancels it. */
  later(work: () => void, ms: number): () => void;
  fetch(url: string, init: RequestInit): Promise<Response>;
  /** 0 <= x < 1, for jitter only. */
  random(): number;
}

/** The browser's own: what the page has wrapped since is for the page's requests, not for ours. */
const { fetch } = globalThis;

export const browser: Environment = {
  now: () => Date.now(),
  later(work, ms) {
    const id = setTimeout(work, ms);
    return () => clearTimeout(id);
  },
  fetch: (url, init) => fetch(url, init),
  random: () => Math.random(),
};
