/** A form's request, once at a time, its refusal in words, and its buttons. */
import { CircleAlert } from "lucide-preact";
import { useState } from "preact/hooks";
import { Problem } from "../api/client";

export function FormError({ text }: { text: string | null }) {
  return (
    <div role="alert">
      {text && (
        <p class="form-error">
          <CircleAlert size={16} aria-hidden="true" />
          <span>{text}</span>
        </p>
      )}
    </div>
  );
}

interface FormActionsProps {
  action: string;
  /** What the button says while the request runs; null: none does. */
  doing: string | null;
  onCancel: () => void;
}

/** A form's two buttons, the way out first. */
export function FormActions({ action, doing, onCancel }: FormActionsProps) {
  return (
    <span class="save-actions">
      <button type="button" class="button" onClick={onCancel}>
        Cancel
      </button>
      <button type="submit" class="button primary" disabled={doing !== null}>
        {doing ?? action}
      </button>
    </span>
  );
}

/** Runs a form's request once at a time and keeps its refusal in words. */
export function useSubmit(work: () => Promise<void>, words: (problem: Problem) => string) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  const onSubmit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setError(null);
    try {
      await work();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      setError(words(problem));
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, onSubmit };
}
