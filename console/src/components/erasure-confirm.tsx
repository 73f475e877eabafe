/** The last question before an erasure: what goes, that nobody can bring it back, and typed for everything. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import type { Subject } from "../api/vault";
import { orderOf, titleOf } from "../stores/erasure-draft";
import { erase } from "../stores/vault";
import { FormError, useSubmit } from "./form-error";

interface ConfirmProps {
  subject: Subject;
  /** The tenant's, which an order to erase everything repeats. */
  name: string;
  onBack: () => void;
  onDone: () => void;
}

const inWords = (problem: Problem): string => problem.detail || problem.message;

function Named({ subject }: { subject: Subject }) {
  if (subject.kind === "session") return <code class="block">{subject.session}</code>;
  if (subject.kind === "user") return <code class="block">{subject.user}</code>;
  return null;
}

export function ErasureConfirm({ subject, name, onBack, onDone }: ConfirmProps) {
  const [typed, setTyped] = useState("");
  const safe = useRef<HTMLButtonElement>(null);
  useEffect(() => safe.current?.focus(), []);
  const { busy, error, onSubmit } = useSubmit(async () => {
    await erase(orderOf(subject, typed));
    onDone();
  }, inWords);
  const everything = subject.kind === "tenant";
  return (
    <form class="in-place" aria-label="Confirm the erasure" onSubmit={onSubmit}>
      <div class="confirm">
        <h2>{titleOf(subject)}: erase for good?</h2>
        <Named subject={subject} />
        <p>
          It is deleted within minutes and nobody can bring it back, neither you nor your operator.{" "}
          <strong>Every export is removed as well</strong>, since it may hold a copy. Counts in the
          outcomes stay.
        </p>
        {everything && (
          <p>
            <strong>Recording stops at once on all pages</strong>, and begins again only when your
            operator resumes the tenant.
          </p>
        )}
      </div>
      {everything && (
        <div class="field">
          <label for="erase-name">
            Type <strong>{name}</strong> to confirm
          </label>
          <input
            id="erase-name"
            value={typed}
            spellcheck={false}
            autocomplete="off"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
      )}
      <FormError text={error} />
      <span class="save-actions">
        <button ref={safe} type="button" class="button" onClick={onBack}>
          Go back
        </button>
        <button
          type="submit"
          class="button danger"
          disabled={busy || (everything && typed !== name)}
        >
          {busy ? "Ordering" : "Erase for good"}
        </button>
      </span>
    </form>
  );
}
