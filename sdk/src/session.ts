/** One page's part in a session: begins with a handshake, ends by idleness, age, exit or wish. */
import type { Options } from "./api.ts";
import { Capture } from "./capture.ts";
import { Delivery } from "./delivery.ts";
import type { Environment } from "./environment.ts";
import { onNextAction, watchExits } from "./exits.ts";
import { guard, quietly } from "./guards.ts";
import { createHandshakes, type Handshake, type Shake } from "./handshake.ts";
import { newId } from "./ids.ts";
import { IDLE_MS, POLICY_ASK_MS, RENEW_EARLY_MS, SESSION_MS, WATCH_MS } from "./limits.ts";
import { forbidsRecording } from "./signals.ts";
import { closeTab, currentVisit, lastPage, openTab, storeVisit, touchVisit } from "./storage.ts";
import { adopt, farewell, openStream, renumber, type Stream } from "./streams.ts";
import { createTransport } from "./transport.ts";

/** Before a policy is known; no batch is sealed by then. */
const INTERVAL_MS = 10_000;

export class Session {
  readonly #env: Environment;
  readonly #shake: Shake;
  readonly #capture: Capture;
  readonly #delivery: Delivery;
  readonly #undo: (() => void)[];
  #tab = "";
  /** The page's open stream: null before the handshake, while idle and after the end. */
  #stream: Stream | null = null;
  #since = 0;
  #active = 0;
  /** When a newer policy was last asked for. */
  #asked = 0;
  /** Raised to make a handshake under way come to nothing. */
  #turn = 0;
  #over = false;
  #paused = false;
  #user: string | null = null;
  #label: string | undefined;
  #renewing: Promise<boolean> | null = null;

  constructor(env: Environment, options: Options) {
    this.#env = env;
    const transport = createTransport(env);
    this.#shake = createHandshakes(env, transport, options);
    this.#delivery = new Delivery(env, transport, {
      renew: (stream) => this.#alone(() => this.#renew(stream)),
      rollOver: (stream, last) => this.#alone(() => this.#renew(stream, newId("p_"), last)),
      outdated: (stream) => this.#outdated(stream),
      lost: () => this.#capture.picture(),
    });
    this.#capture = new Capture(
      env,
      () => this.#stream?.grant.interval_ms ?? INTERVAL_MS,
      (text, events) => this.#sealed(text, events),
      (action) => this.#acted(action),
    );
    this.#undo = [
      watchExits(
        () => this.#hide(),
        () => this.#leave(),
        () => this.#arrive(),
      ),
    ];
    this.#watch();
    this.#arrive();
  }

  get url(): string | null {
    return this.#stream?.grant.url ?? null;
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    this.#capture.note("sealtape.paused", {});
    this.#capture.stop();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#active = this.#env.now();
    if (this.#stream) {
      this.#record(this.#stream);
      this.#capture.note("sealtape.resumed", {});
    } else quietly(this.#begin());
  }

  /** `user`: hex SHA-256 of the id. `label` is recorded only where the policy allows identity. */
  identify(user: string | null, label?: string): void {
    this.#user = user;
    this.#label = label;
    if (this.#stream) this.#stream.user = user;
    this.#introduce();
  }

  /** Forgets the user; what follows is another session, so that nothing ties it to them. */
  anonymize(): void {
    if (!this.#user) return;
    this.identify(null);
    this.#restart();
  }

  /** Ends the recording; what was recorded is still sent. */
  stop(): void {
    this.#finish();
    this.#end();
  }

  /** Ends the recording; what was not yet sent is forgotten, and so is the visit. */
  discard(): void {
    this.#delivery.halt();
    this.#end();
    storeVisit(null);
  }

  #end(): void {
    this.#over = true;
    this.#stream = null;
    this.#capture.discard();
    for (const undo of this.#undo) undo();
  }

  #arrive(): void {
    this.#tab = openTab();
    quietly(this.#begin());
  }

  async #begin(): Promise<void> {
    const turn = ++this.#turn;
    const wanted = () => turn === this.#turn && !this.#over;
    const page = newId("p_");
    const shaken = await this.#shake(this.#tab, page, wanted);
    if (!wanted()) return;
    if (!shaken) return this.#end();
    const { answer } = shaken;
    if (!answer.record) return;
    if (forbidsRecording(answer.policy)) return this.discard();
    const now = this.#env.now();
    const stream = openStream(this.#tab, page, lastPage(), this.#user);
    adopt(stream, shaken, now);
    this.#stream = stream;
    this.#since = currentVisit(now)?.since ?? now;
    this.#active = now;
    if (!this.#paused) this.#record(stream);
  }

  #record(stream: Stream): void {
    this.#capture.start(stream.grant);
    this.#introduce();
  }

  #introduce(): void {
    const identity = this.#stream?.grant.policy.allow.includes("identity");
    if (identity && this.#label) this.#capture.note("sealtape.identify", { label: this.#label });
  }

  #sealed(text: string, events: number): void {
    const stream = this.#stream;
    if (!stream) return;
    touchVisit(stream.grant.session, this.#active);
    quietly(this.#delivery.add(stream, text, events));
  }

  #acted(action: boolean): void {
    const now = this.#env.now();
    if (now - this.#active >= IDLE_MS) this.#rest();
    else if (action) this.#active = now;
  }

  #watch(): void {
    const look = guard(() => {
      if (this.#over) return;
      this.#look();
      this.#env.later(look, WATCH_MS);
    });
    this.#env.later(look, WATCH_MS);
  }

  #look(): void {
    const stream = this.#stream;
    if (!stream) return;
    const now = this.#env.now();
    if (now - this.#active >= IDLE_MS) this.#rest();
    else if (now - this.#since >= SESSION_MS) this.#restart();
    else if (now >= stream.expires - RENEW_EARLY_MS && this.#active > stream.granted) {
      quietly(this.#alone(() => this.#renew(stream)));
    }
  }

  /** Closes the stream of a page that lives on. */
  #finish(): void {
    const stream = this.#stream;
    this.#capture.stop();
    this.#stream = null;
    if (stream) this.#delivery.finish(stream, farewell(this.#env.now()));
  }

  /** The visitor is away: the next action begins another session, unless another tab kept this one. */
  #rest(): void {
    this.#finish();
    const cancel = onNextAction(() => {
      if (!this.#stream) quietly(this.#begin());
    });
    this.#undo.push(cancel);
  }

  #restart(): void {
    if (!this.#stream) return;
    this.#finish();
    storeVisit(null);
    quietly(this.#begin());
  }

  #hide(): void {
    this.#capture.seal();
    this.#delivery.flush();
  }

  #leave(): void {
    const stream = this.#stream;
    this.#turn++;
    this.#capture.stop();
    this.#stream = null;
    if (stream) this.#delivery.flushFinal(stream, farewell(this.#env.now()));
    closeTab();
  }

  /** One renewal at a time; whoever asks meanwhile shares its outcome. */
  #alone(work: () => Promise<boolean>): Promise<boolean> {
    this.#renewing ??= work().finally(() => {
      this.#renewing = null;
    });
    return this.#renewing;
  }

  /**
   * Gets a token for the stream's page, or for a new `page` that follows the number `last` of it.
   * Another page, session or policy begins with another snapshot.
   */
  async #renew(stream: Stream, page = stream.page, last = -1): Promise<boolean> {
    const { session, policy } = stream.grant;
    const shaken = await this.#shake(stream.tab, page, () => !this.#over);
    const granted = this.#admit(shaken);
    if (!shaken || !granted) return false;
    adopt(stream, shaken, this.#env.now());
    const moved = stream.grant.session !== session;
    if (moved) this.#since = this.#env.now();
    if (moved || page !== stream.page) {
      renumber(stream, page, moved || page === stream.page ? null : { page: stream.page, last });
    } else if (stream.grant.policy.version === policy.version) {
      return true;
    }
    if (stream === this.#stream && this.#capture.running) this.#record(stream);
    return true;
  }

  #admit(shaken: Handshake | null): boolean {
    const admitted = shaken?.answer.record && !forbidsRecording(shaken.answer.policy);
    if (!admitted && !this.#over) this.discard();
    return Boolean(admitted);
  }

  #outdated(stream: Stream): void {
    const now = this.#env.now();
    if (now - this.#asked < POLICY_ASK_MS) return;
    this.#asked = now;
    quietly(this.#alone(() => this.#renew(stream)));
  }
}
