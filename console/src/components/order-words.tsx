/** Words that erasures and exports share: who ordered, and why an order failed or waits. */
import type { Author } from "../api/settings";
import { absolute, ago } from "../format/times";
import { account } from "../stores/account";

/** What became of an order that failed, and what to do; docs/errors.md has every code. */
const FAILURES: Record<string, string> = {
  erasure_copies_kept:
    "Nothing was erased: the bucket keeps what is deleted (soft deletion or versions are on), so copies would stay. Ask your operator to switch both off, then order it again.",
  export_erased:
    "An erasure removed parts while they were written, so none is kept. Export again what is left.",
  seal_unavailable:
    "Your key refused. Enable it, or give Cloud Storage its permission back, then order it again.",
  not_found: "The tenant has no bucket any more.",
};
const WAITS: Record<string, string> = {
  seal_unavailable:
    "It waits for your key, which refuses, and goes on by itself once that is back.",
};

export function failureWords(code: string | null, kept: string): string {
  const known = FAILURES[code ?? ""];
  return known ?? `It was given up after trying for hours (${code ?? "unknown"}). ${kept}`;
}

/** Why a running order waits; nothing if it does not. */
export function waitWords(code: string | null): string | null {
  if (code === null) return null;
  return WAITS[code] ?? `A service behind us failed (${code}). It is tried again by itself.`;
}

function author({ id, email }: Author): string {
  if (id === account.value?.user.id) return "you";
  return email ?? (id === "operator" ? "the operator" : "a former member");
}

export function Ordered({ at, by }: { at: number; by: Author }) {
  return (
    <span title={absolute(at)}>
      ordered {ago(at, Date.now())} by {author(by)}
    </span>
  );
}
