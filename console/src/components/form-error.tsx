/** A form's request, once at a time, and its refusal in words. */
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
