/** What became of the last days' batches, summed for the page. */
import { computed } from "@preact/signals";
import { type OutcomeRow, type Outcomes, settings } from "../api/settings";
import { Resource } from "./resource";

export const DAYS = 7;

/** Sums of one day, one key, or all. */
export interface Sum {
  name: string;
  accepted: number;
  bytes: number;
  duplicate: number;
  masked: number;
  sessions: number;
  refused: number;
}

export const outcomes = new Resource<Outcomes>(() => settings.outcomes(DAYS));

function sum(name: string, rows: OutcomeRow[]): Sum {
  const all = { name, accepted: 0, bytes: 0, duplicate: 0, masked: 0, sessions: 0, refused: 0 };
  for (const row of rows) {
    all.accepted += row.accepted;
    all.bytes += row.bytes;
    all.duplicate += row.duplicate;
    all.masked += row.masked;
    all.sessions += row.sessions;
    all.refused += Object.values(row.refused).reduce((total, count) => total + count, 0);
  }
  return all;
}

const rows = computed(() => outcomes.value.value?.rows ?? []);

export const byDay = computed(() =>
  (outcomes.value.value?.days ?? []).map((day) =>
    sum(
      day,
      rows.value.filter((row) => row.day === day),
    ),
  ),
);

export const byKey = computed(() =>
  (outcomes.value.value?.keys ?? []).map(({ id, label }) =>
    sum(
      label ?? `stk_${id}`,
      rows.value.filter((row) => row.key === id),
    ),
  ),
);

export const total = computed(() => sum("", rows.value));

/** Counts by name, the most frequent first. */
function ranked(kind: "refused" | "handshakes"): [string, number][] {
  const counts = new Map<string, number>();
  for (const row of rows.value) {
    for (const [name, count] of Object.entries(row[kind])) {
      counts.set(name, (counts.get(name) ?? 0) + count);
    }
  }
  return [...counts].sort((one, other) => other[1] - one[1]);
}

/** Refused batches by code. */
export const refusals = computed(() => ranked("refused"));

/** Refused handshakes by reason. */
export const handshakes = computed(() => ranked("handshakes"));
