/** Times as people read them: a clock for positions, relative words for moments, absolute on hover. */

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const pad = (value: number): string => String(value).padStart(2, "0");

/** A length or position in milliseconds as `4:12`, or `1:04:12` from an hour on. */
export function clock(ms: number): string {
  const total = Math.max(0, Math.floor(ms / SECOND));
  const hours = Math.floor(total / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  const seconds = pad(total % 60);
  return hours > 0 ? `${hours}:${pad(minutes)}:${seconds}` : `${minutes}:${seconds}`;
}

/** A length in words: `3 s`, `2 min`, `1 h 5 min`. */
export function span(ms: number): string {
  if (ms < SECOND) return "under 1 s";
  if (ms < MINUTE) return `${Math.round(ms / SECOND)} s`;
  if (ms < HOUR) return `${Math.round(ms / MINUTE)} min`;
  const minutes = Math.round((ms % HOUR) / MINUTE);
  return `${Math.floor(ms / HOUR)} h${minutes ? ` ${minutes} min` : ""}`;
}

const timeOfDay = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayMonth = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** How long ago, in few letters; a date from two days on. */
export function ago(ms: number, now: number): string {
  const age = now - ms;
  if (age < 45 * SECOND) return "just now";
  if (age < HOUR) return `${Math.max(1, Math.round(age / MINUTE))} min ago`;
  if (age < DAY) return `${Math.round(age / HOUR)} h ago`;
  return dateTime(ms);
}

/** A moment as a short date and time. */
export function dateTime(ms: number): string {
  const date = new Date(ms);
  return `${dayMonth.format(date)}, ${timeOfDay.format(date)}`;
}

export const absolute = (ms: number): string => full.format(new Date(ms));
