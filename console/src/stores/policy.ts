/** The policy as its form holds it: a draft over the version it was read at, and what it would change. */
import { computed, signal } from "@preact/signals";
import { Problem } from "../api/client";
import { type Capability, CHOICES, type Policy } from "../api/policy";
import { type CurrentPolicy, settings } from "../api/settings";
import { Resource } from "./resource";

/** The form's own shape: selectors one a line, sampling in percent. */
export interface Draft {
  allow: Capability[];
  selectors: Record<keyof Policy["selectors"], string>;
  percent: string;
  honour: Policy["honour"];
}

/** What a draft would change, in words. */
export interface Difference {
  more: string[];
  less: string[];
}

export const current = new Resource<CurrentPolicy>(settings.policy);
export const draft = signal<Draft | null>(null);
export const saving = signal(false);
export const refusal = signal<string | null>(null);
/** Somebody else's version, made while this one was being edited. */
export const overtaken = signal<CurrentPolicy | null>(null);

const KINDS = ["mask", "block", "allow"] as const;
const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

export function draftOf({ allow, selectors, sampling, honour }: Policy): Draft {
  return {
    allow: [...allow],
    selectors: {
      mask: selectors.mask.join("\n"),
      block: selectors.block.join("\n"),
      allow: selectors.allow.join("\n"),
    },
    percent: String(Math.round(sampling * 1e4) / 100),
    honour: { ...honour },
  };
}

/** Returns the policy that a draft asks for; path rules stay as they are. */
function policyOf(form: Draft, base: Policy): Omit<Policy, "version"> {
  const { mask, block, allow } = form.selectors;
  return {
    allow: CHOICES.map((each) => each.name).filter((name) => form.allow.includes(name)),
    selectors: { mask: lines(mask), block: lines(block), allow: lines(allow) },
    paths: base.paths,
    sampling: Number(form.percent) / 100,
    honour: form.honour,
  };
}

export function percentProblem(percent: string): string | null {
  const value = Number(percent);
  const wrong = percent.trim() === "" || !(value >= 0 && value <= 100);
  return wrong ? "Give a share from 0 to 100 %." : null;
}

function compareSelectors(form: Draft, base: Draft, found: Difference): void {
  for (const kind of KINDS) {
    const [now, before] = [lines(form.selectors[kind]), lines(base.selectors[kind])];
    const added = now.filter((each) => !before.includes(each)).length;
    const removed = before.filter((each) => !now.includes(each)).length;
    const [narrower, wider] = kind === "allow" ? [removed, added] : [added, removed];
    const word = (count: number, sign: string) => `${sign}${count} ${kind} selector`;
    if (narrower) found.less.push(word(narrower, kind === "allow" ? "−" : "+"));
    if (wider) found.more.push(word(wider, kind === "allow" ? "+" : "−"));
  }
}

function compare(form: Draft, base: Draft): Difference {
  const found: Difference = { more: [], less: [] };
  for (const { name, title } of CHOICES) {
    const [now, before] = [form.allow.includes(name), base.allow.includes(name)];
    if (now !== before) found[now ? "more" : "less"].push(title);
  }
  compareSelectors(form, base, found);
  const share = Number(form.percent) - Number(base.percent);
  if (share) found[share > 0 ? "more" : "less"].push(`${form.percent} % of visits`);
  for (const [name, title] of [
    ["gpc", "Global Privacy Control"] as const,
    ["dnt", "Do Not Track"] as const,
  ]) {
    if (form.honour[name] === base.honour[name]) continue;
    if (form.honour[name]) found.less.push(`${title} honoured`);
    else found.more.push(`${title} ignored`);
  }
  return found;
}

/** What saving would change; null while there is nothing to save. */
export const difference = computed<Difference | null>(() => {
  const [form, read] = [draft.value, current.value.value];
  if (!form || !read) return null;
  const found = compare(form, draftOf(read.policy));
  return found.more.length + found.less.length > 0 ? found : null;
});

export function edit(part: Partial<Draft>): void {
  if (draft.value) draft.value = { ...draft.value, ...part };
}

export function discard(): void {
  draft.value = current.value.value ? draftOf(current.value.value.policy) : null;
  refusal.value = null;
  overtaken.value = null;
}

/** Loads the policy, unless somebody is working on a draft: saving finds out if it is too old. */
export async function loadPolicy(tenant: string): Promise<void> {
  if (current.tenant === tenant && difference.value !== null) return;
  await current.load(tenant);
  discard();
}

export async function save(): Promise<void> {
  const [form, read] = [draft.value, current.value.value];
  if (!form || !read) return;
  refusal.value = percentProblem(form.percent);
  if (refusal.value) return;
  saving.value = true;
  try {
    current.value.value = await settings.replacePolicy(read.version, policyOf(form, read.policy));
    discard();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    if (error.code === "policy_conflict") overtaken.value = await settings.policy();
    else refusal.value = error.detail || error.message;
  } finally {
    saving.value = false;
  }
}

/** Puts the draft on top of the version that came between: what it would change now is shown anew. */
export function rebase(): void {
  if (!overtaken.value) return;
  current.value.value = overtaken.value;
  overtaken.value = null;
}

/** Takes the other version and forgets the draft. */
export function yieldTo(): void {
  rebase();
  discard();
}
