/** What a page may call. Every function is safe at any time, in any order, and never throws. */

export interface Options {
  /** The SDK key: public, useless from other origins. */
  key: string;
  /** The handshake's base URL, without `/v1/handshake`. */
  endpoint: string;
  /** Strict mode: asks the customer's own server for a fresh assertion. */
  assertion?: () => Promise<string>;
}

export interface Api {
  /** Starts recording this page, once the handshake has succeeded. Only the first call counts. */
  init(options: Options): void;
  /** Ties the session to a user by a hash of `id`; `label` is kept only if the policy allows it. */
  identify(id: string, label?: string): void;
  /** Forgets the user, at sign-out. What follows is another session. */
  anonymize(): void;
  /** Records nothing until `resume`. */
  pause(): void;
  resume(): void;
  /** Ends recording on this page; what was recorded is still sent. `init` may start it again. */
  stop(): void;
  /** Where members replay this session; null before the handshake, or without a known console. */
  sessionUrl(): string | null;
  /** The visitor wants no recording in this browser, from now on. What was not yet sent is lost. */
  optOut(): void;
  /** The visitor changed their mind. */
  optIn(): void;
}
