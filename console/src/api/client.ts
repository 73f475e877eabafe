/** Talks to the console's own API: same origin, JSON in and out, refusals as `Problem`. */
import type { Account, SessionDetail, SessionPage } from "./types";

/** A refusal or a failure to reach the server. `status` 0 means that no answer came. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    title: string,
    readonly detail: string,
    readonly retryAfterS: number | null,
  ) {
    super(title);
  }
}

let signedOut: () => void = () => {};

/** Calls `listener` whenever the server says that nobody is signed in. */
export function onSignedOut(listener: () => void): void {
  signedOut = listener;
}

function unreachable(): Problem {
  const detail = "No answer came back. Check your connection, then try again.";
  return new Problem(0, "unreachable", "The server could not be reached", detail, null);
}

async function problemIn(response: Response): Promise<Problem> {
  const text = await response.text();
  let body: Record<string, unknown> = {};
  try {
    body = JSON.parse(text) as Record<string, unknown>;
  } catch (error) {
    // A proxy's HTML page, or nothing: the status is all that we know.
    if (!(error instanceof SyntaxError)) throw error;
  }
  const title =
    typeof body.title === "string" ? body.title : `The server answered ${response.status}`;
  const detail = typeof body.detail === "string" ? body.detail : "";
  const code = typeof body.code === "string" ? body.code : "unknown";
  const wait = typeof body.retry_after_s === "number" ? body.retry_after_s : null;
  return new Problem(response.status, code, title, detail, wait);
}

/** Sends a request and returns its answer if it is a success; otherwise throws `Problem`. */
export async function send(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: "same-origin", cache: "no-store", ...init });
  } catch (error) {
    if (error instanceof TypeError) throw unreachable();
    throw error;
  }
  if (response.ok) return response;
  const problem = await problemIn(response);
  if (problem.code === "not_signed_in") signedOut();
  throw problem;
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  const response = await send(path, signal ? { signal } : {});
  return (await response.json()) as T;
}

/** Asks for a change: JSON, as the server demands of every request that changes something. */
export async function change(method: string, path: string, body: object): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return send(path, { method, headers, body: JSON.stringify(body) });
}

const post = (path: string, body: object): Promise<Response> => change("POST", path, body);

export const api = {
  me: (): Promise<Account> => get("/v1/me"),
  signIn: async (email: string, password: string): Promise<Account> =>
    (await post("/v1/sign-in", { email, password })).json() as Promise<Account>,
  setUp: async (token: string, password: string): Promise<Account> =>
    (await post("/v1/setup", { token, password })).json() as Promise<Account>,
  signOut: async (): Promise<void> => void (await post("/v1/sign-out", {})),
  switchTenant: async (tenant: string): Promise<Account> =>
    (await post("/v1/tenant", { tenant })).json() as Promise<Account>,
  sessions: (limit: number, cursor: string | null): Promise<SessionPage> =>
    get(`/v1/sessions?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`),
  session: (id: string, signal: AbortSignal): Promise<SessionDetail> =>
    get(`/v1/sessions/${encodeURIComponent(id)}`, signal),
};
