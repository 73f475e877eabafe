/** Everything that is recorded on a page: rrweb's events and ours, masked, gathered into batches. */
import { type Batches, createBatches } from "./batches.ts";
import type { Environment } from "./environment.ts";
import { watchErrors } from "./errors.ts";
import { guard } from "./guards.ts";
import { ERRORS_PER_PAGE, NOTES_PER_PAGE, SNAPSHOT_APART_MS } from "./limits.ts";
import { watchMessages } from "./messages.ts";
import { watchNavigation } from "./navigation.ts";
import { watchPasswords } from "./privacy/passwords.ts";
import { narrow } from "./privacy/paths.ts";
import { Recorder } from "./recorder.ts";
import { watchRequests } from "./requests.ts";
import type { Grant, Policy, RecordedEvent } from "./wire.ts";

/** Incremental sources that only a visitor causes: pointer, click, scroll, input, touch, drag. */
const ACTIONS = [1, 2, 3, 5, 6, 12];
const META = 4;
const INCREMENTAL = 3;

const isAction = ({ type, data }: RecordedEvent): boolean =>
  type === INCREMENTAL && ACTIONS.includes(data.source);

export class Capture {
  readonly #env: Environment;
  readonly #batches: Batches;
  readonly #acted: (action: boolean) => void;
  readonly #unwatch: (() => void)[];
  /** What takes the page's own calls back as they were, while they are watched. */
  #unpatch: (() => void)[] = [];
  #recorder: Recorder | null = null;
  #path: string | null = null;
  #errors = 0;
  #messages = 0;
  #requests = 0;
  #pictured = 0;

  /** `sealed` gets each full batch; `acted` hears of each event whether the visitor caused it. */
  constructor(
    env: Environment,
    interval: () => number,
    sealed: (ndjson: string, events: number) => void,
    acted: (action: boolean) => void,
  ) {
    this.#env = env;
    this.#batches = createBatches(env, interval, sealed);
    this.#acted = acted;
    this.#unwatch = [
      guard(watchPasswords)() ?? (() => {}),
      watchNavigation(() => this.#announce()),
      watchErrors((error) => {
        if (this.#errors++ < ERRORS_PER_PAGE) this.note("sealtape.error", error);
      }),
    ];
  }

  get running(): boolean {
    return this.#recorder !== null;
  }

  start({ policy }: Grant): void {
    this.stop();
    this.#path = null;
    this.#recorder = new Recorder(policy, (event) => this.#take(event));
    this.#recorder.start();
    this.#listen(policy);
  }

  /** Watches the page's own calls where the policy allows it, and touches nothing where not. */
  #listen(policy: Policy): void {
    const { allow } = policy;
    if (allow.includes("console"))
      this.#unpatch.push(
        watchMessages((message) => {
          if (this.#messages++ < NOTES_PER_PAGE) this.note("sealtape.console", message);
        }),
      );
    if (allow.includes("network"))
      this.#unpatch.push(
        watchRequests(
          (exchange) => {
            if (this.#requests++ < NOTES_PER_PAGE) this.note("sealtape.network", exchange);
          },
          () => narrow(policy, location.pathname).allow.includes("bodies"),
        ),
      );
  }

  /** Stops recording; what was gathered is sealed. */
  stop(): void {
    for (const undo of this.#unpatch.splice(0)) undo();
    this.#recorder?.stop();
    this.#recorder = null;
    this.seal();
  }

  seal(): void {
    this.#batches.seal();
  }

  /** Stops for ever and forgets what was gathered. */
  discard(): void {
    this.#batches.clear();
    this.stop();
    for (const undo of this.#unwatch) undo();
  }

  /** Adds an event of ours, if recording. */
  note(tag: string, payload: unknown): void {
    this.#recorder?.take({ type: 5, data: { tag, payload }, timestamp: this.#env.now() });
  }

  /** Takes a fresh full snapshot: what went before is lost, or lies under another page. */
  picture(force = false): void {
    const now = this.#env.now();
    if (!force && now - this.#pictured < SNAPSHOT_APART_MS) return;
    this.#pictured = now;
    this.#path = null;
    this.#recorder?.snapshot();
  }

  #take(event: RecordedEvent): void {
    this.#batches.add(event);
    if (event.type === META) this.#announce();
    this.#acted(isAction(event));
  }

  /** Notes the page's path, once per change; the mask turns it into what the policy allows. */
  #announce(): void {
    if (!this.#recorder || location.pathname === this.#path) return;
    this.#path = location.pathname;
    this.note("sealtape.page", { path: this.#path });
  }
}
