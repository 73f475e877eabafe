/** The posture of the tenant that is open; the rail's dot and the page share it. */
import { computed } from "@preact/signals";
import { type Check, type Posture, readPosture } from "../api/posture";
import { account } from "./account";
import { Resource } from "./resource";
import { route } from "./route";

const READERS = ["owner", "admin", "auditor"];

export const posture = new Resource<Posture>(readPosture);

/** What a section of the page holds; those that ask for something come first. */
export interface Section {
  kind: "broken" | "asks" | "kept" | "skipped";
  title: string;
  checks: Check[];
}

function kind(check: Check): Section["kind"] {
  if (check.state === "not_applicable") return "skipped";
  if (check.state === "pass") return "kept";
  return check.notice ? "asks" : "broken";
}

const TITLES: [Section["kind"], string][] = [
  ["broken", "Broken"],
  ["asks", "To look at"],
  ["kept", "Kept"],
  ["skipped", "Not applicable"],
];

export const sections = computed<Section[]>(() => {
  const checks = posture.value.value?.checks ?? [];
  const all = TITLES.map(([name, title]) => ({
    kind: name,
    title,
    checks: checks.filter((check) => kind(check) === name),
  }));
  return all.filter((section) => section.checks.length > 0);
});

/** The colour of each standing; colours mean the same everywhere. */
export const COLOURS = { pass: "good", notice: "warn", fail: "bad" };

/** Loads for the rail's dot, once for each tenant, if this member may see it. */
export function lookOnce(): void {
  const tenant = account.value?.tenant;
  if (route.value.page === "posture") return; // the page loads for itself
  if (!tenant || posture.tenant === tenant.id || !READERS.includes(tenant.role)) return;
  void posture.load(tenant.id);
}

/** The posture of the tenant that is open, if it is known. */
export const shown = computed(() => {
  const value = posture.value.value;
  return value && value.tenant === account.value?.tenant.id ? value : null;
});
