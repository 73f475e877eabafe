/** Something that a page loads for one tenant: loading, ready or failed; an old answer is never shown. */
import { signal } from "@preact/signals";
import { Problem } from "../api/client";

export type ResourceState = "loading" | "ready" | "failed";

export class Resource<T> {
  readonly value = signal<T | null>(null);
  readonly state = signal<ResourceState>("loading");
  readonly problem = signal<Problem | null>(null);
  readonly #fetch: () => Promise<T>;
  #tenant = "";
  #turn = 0;

  constructor(fetch: () => Promise<T>) {
    this.#fetch = fetch;
  }

  /** Whose answer this is. */
  get tenant(): string {
    return this.#tenant;
  }

  /** Loads for `tenant`; what another tenant saw is forgotten first. */
  async load(tenant: string): Promise<void> {
    if (this.#tenant !== tenant) this.value.value = null;
    this.#tenant = tenant;
    this.#turn += 1;
    const turn = this.#turn;
    this.state.value = this.value.value === null ? "loading" : "ready";
    try {
      const fresh = await this.#fetch();
      if (turn !== this.#turn) return;
      this.value.value = fresh;
      this.state.value = "ready";
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (turn !== this.#turn) return;
      this.problem.value = error;
      this.state.value = "failed";
    }
  }

  /** Reads again what is shown; if that fails, it stays as it is until the next time. */
  async refresh(): Promise<void> {
    const turn = this.#turn;
    try {
      const fresh = await this.#fetch();
      if (turn === this.#turn) this.value.value = fresh;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }
}
