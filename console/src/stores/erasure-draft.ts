/** An order to erase as its form holds it: typed text, until it is clear what is meant. */
import type { Order, Subject } from "../api/vault";
import { dateTime } from "../format/times";

export type Kind = Subject["kind"];

export interface Draft {
  kind: Kind;
  session: string;
  user: string;
  from: string;
  to: string;
}

const SESSION = /s_[a-z2-7]{26}/;
const USER = /^[0-9a-f]{16}$/;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** A moment as an `<input type="datetime-local">` holds it, in this browser's time zone. */
function local(ms: number): string {
  const shifted = ms - new Date(ms).getTimezoneOffset() * MINUTE_MS;
  return new Date(shifted).toISOString().slice(0, 16);
}

/** Begins with what the address names: `?session=` or `?user=`, from a session's own page. */
export function draftFrom(query: string, now: number): Draft {
  const asked = new URLSearchParams(query);
  const [session, user] = [asked.get("session") ?? "", asked.get("user") ?? ""];
  const kind = user && !session ? "user" : "session";
  return { kind, session, user, from: local(now - DAY_MS), to: local(now) };
}

/** The id in what was typed: a pasted link holds one as well. */
export function sessionIn(text: string): string | null {
  return SESSION.exec(text)?.[0] ?? null;
}

/** What a draft means, or why that is not clear. Everything is confirmed by `name`, typed later. */
export function meaning(draft: Draft, now: number): Subject | string {
  switch (draft.kind) {
    case "session": {
      const session = sessionIn(draft.session);
      return session ? { kind: "session", session } : "Paste a session's link or its id: s_…";
    }
    case "user": {
      const user = draft.user.trim().toLowerCase();
      const words =
        "Paste the visitor's hash: 16 of 0-9 and a-f, as the list of sessions copies it";
      return USER.test(user) ? { kind: "user", user } : words;
    }
    case "range": {
      const [from_ms, to_ms] = [Date.parse(draft.from), Date.parse(draft.to)];
      if (!(from_ms < to_ms)) return "The range has to begin before it ends";
      if (to_ms > now) return "What has not been recorded yet cannot be erased: end in the past";
      return { kind: "range", from_ms, to_ms };
    }
    case "tenant":
      return { kind: "tenant" };
  }
}

/** The order that a subject becomes; `name` shows that everything is meant. */
export function orderOf(subject: Subject, name: string): Order {
  return subject.kind === "tenant" ? { kind: "tenant", name } : subject;
}

/** A subject in a few words, as a row's title and in the question before an order. */
export function titleOf(subject: Subject): string {
  switch (subject.kind) {
    case "session":
      return "One visit";
    case "user":
      return "One visitor";
    case "range":
      return `Visits from ${dateTime(subject.from_ms)} to ${dateTime(subject.to_ms)}`;
    case "tenant":
      return "Everything";
  }
}
