/** Who is signed in. Every page reads `account`; an expired sign-in empties it and keeps the address. */
import { signal } from "@preact/signals";
import { api, onSignedOut, Problem } from "../api/client";
import type { Account } from "../api/types";

export type AccountState = "loading" | "in" | "out" | "failed";

export const account = signal<Account | null>(null);
export const accountState = signal<AccountState>("loading");
export const accountProblem = signal<Problem | null>(null);
/** Why the sign-in page is shown although somebody was signed in a moment ago. */
export const signInNotice = signal<string | null>(null);

function enter(answer: Account): void {
  account.value = answer;
  signInNotice.value = null;
  accountState.value = "in";
}

function leave(notice: string | null): void {
  account.value = null;
  signInNotice.value = notice;
  accountState.value = "out";
}

onSignedOut(() => {
  const wasIn = accountState.value === "in";
  leave(wasIn ? "Your sign-in has expired. Sign in again to go on where you were." : null);
});

/** Asks the server who is signed in; called once at start and by the retry button. */
export async function loadAccount(): Promise<void> {
  accountState.value = "loading";
  try {
    enter(await api.me());
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.status === 401) return leave(signInNotice.value);
    accountProblem.value = error;
    accountState.value = "failed";
  }
}

export async function signIn(email: string, password: string): Promise<void> {
  enter(await api.signIn(email, password));
}

export async function setUp(token: string, password: string): Promise<void> {
  enter(await api.setUp(token, password));
}

/** Signs out. An expired session is already out, so a refusal is no failure here. */
export async function signOut(): Promise<void> {
  try {
    await api.signOut();
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
  }
  leave(null);
}

export async function switchTenant(tenant: string): Promise<void> {
  enter(await api.switchTenant(tenant));
}
