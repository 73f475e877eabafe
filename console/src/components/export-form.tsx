/** Ordering an export: of one visit, or of everything. */
import { useState } from "preact/hooks";
import { Problem } from "../api/client";
import { sessionIn } from "../stores/erasure-draft";
import { startExport } from "../stores/vault";
import { FormActions, FormError, useSubmit } from "./form-error";

const inWords = (problem: Problem): string => problem.detail || problem.message;

interface ChoiceProps {
  id: string;
  name: string;
  text: string;
  checked: boolean;
  choose: () => void;
}

function Choice({ id, name, text, checked, choose }: ChoiceProps) {
  return (
    <div class="kind">
      <input
        id={id}
        type="radio"
        name="export-kind"
        checked={checked}
        aria-describedby={`${id}-text`}
        onChange={choose}
      />
      <div>
        <label for={id}>{name}</label>
        <p id={`${id}-text`}>{text}</p>
      </div>
    </div>
  );
}

export function ExportForm({ onDone }: { onDone: () => void }) {
  const [typed, setTyped] = useState(new URLSearchParams(location.search).get("session") ?? "");
  const [everything, setEverything] = useState(typed === "");
  const { busy, error, onSubmit } = useSubmit(async () => {
    const session = everything ? null : sessionIn(typed);
    if (!everything && session === null) {
      const words = "Paste a session's link or its id: s_…";
      throw new Problem(0, "session_unclear", words, words, null);
    }
    await startExport(session);
    onDone();
  }, inWords);
  return (
    <form class="in-place" aria-label="New export" onSubmit={onSubmit}>
      <fieldset class="kinds">
        <legend>What is to be exported?</legend>
        <Choice
          id="export-tenant"
          name="Everything"
          text="All recordings that are stored now."
          checked={everything}
          choose={() => setEverything(true)}
        />
        <Choice
          id="export-session"
          name="One visit"
          text="By its link or id."
          checked={!everything}
          choose={() => setEverything(false)}
        />
      </fieldset>
      {!everything && (
        <div class="field">
          <label for="export-subject">Link or id of the session</label>
          <input
            id="export-subject"
            class="mono"
            value={typed}
            required
            spellcheck={false}
            autocomplete="off"
            placeholder="s_…"
            onInput={(event) => setTyped(event.currentTarget.value)}
          />
        </div>
      )}
      <FormError text={error} />
      <FormActions action="Export" doing={busy ? "Ordering" : null} onCancel={onDone} />
    </form>
  );
}
