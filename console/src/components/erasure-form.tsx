/** Ordering an erasure in two steps: what is meant, then that it is meant. */
import { useState } from "preact/hooks";
import type { Subject } from "../api/vault";
import { type Draft, draftFrom, type Kind, meaning } from "../stores/erasure-draft";
import { ErasureConfirm } from "./erasure-confirm";
import { FormActions, FormError } from "./form-error";

const KINDS: { kind: Kind; name: string; text: string }[] = [
  { kind: "session", name: "One visit", text: "By its link or id." },
  {
    kind: "user",
    name: "One visitor",
    text: "Every visit of theirs that began before now, by the visitor's hash.",
  },
  {
    kind: "range",
    name: "A range of time",
    text: "Every visit any moment of which lies in it; a visit is erased whole.",
  },
  {
    kind: "tenant",
    name: "Everything",
    text: "All recordings of this tenant. Recording stops until your operator resumes it.",
  },
];

interface FormProps {
  tenant: { name: string; role: string };
  onDone: () => void;
}

interface FieldsProps {
  draft: Draft;
  edit: (part: Partial<Draft>) => void;
}

function Moment({ name, value, set }: { name: string; value: string; set: (to: string) => void }) {
  return (
    <div class="field">
      <label for={`erase-${name}`}>{name}</label>
      <input
        id={`erase-${name}`}
        type="datetime-local"
        value={value}
        required
        onInput={(event) => set(event.currentTarget.value)}
      />
    </div>
  );
}

function Fields({ draft, edit }: FieldsProps) {
  if (draft.kind === "tenant") return null;
  if (draft.kind === "range") {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    return (
      <div class="moments-pair">
        <Moment name="From" value={draft.from} set={(from) => edit({ from })} />
        <Moment name="To" value={draft.to} set={(to) => edit({ to })} />
        <p class="hint">In this browser's time zone, {zone}.</p>
      </div>
    );
  }
  const visit = draft.kind === "session";
  return (
    <div class="field">
      <label for="erase-subject">{visit ? "Link or id of the session" : "Visitor's hash"}</label>
      <input
        id="erase-subject"
        class="mono"
        value={visit ? draft.session : draft.user}
        required
        spellcheck={false}
        autocomplete="off"
        placeholder={visit ? "s_…" : "16 of 0-9 and a-f"}
        onInput={(event) => edit({ [draft.kind]: event.currentTarget.value })}
      />
    </div>
  );
}

function Kinds({ draft, edit, owner }: FieldsProps & { owner: boolean }) {
  return (
    <fieldset class="kinds">
      <legend>What is to be erased?</legend>
      {KINDS.map(({ kind, name, text }) => {
        const barred = kind === "tenant" && !owner;
        return (
          <div class="kind" key={kind}>
            <input
              id={`erase-${kind}`}
              type="radio"
              name="erase-kind"
              checked={draft.kind === kind}
              disabled={barred}
              aria-describedby={`erase-${kind}-text`}
              onChange={() => edit({ kind })}
            />
            <div>
              <label for={`erase-${kind}`}>{name}</label>
              <p id={`erase-${kind}-text`}>
                {barred ? "Only an owner can erase everything." : text}
              </p>
            </div>
          </div>
        );
      })}
    </fieldset>
  );
}

export function ErasureForm({ tenant, onDone }: FormProps) {
  const [draft, setDraft] = useState(() => draftFrom(location.search, Date.now()));
  const [meant, setMeant] = useState<Subject | null>(null);
  const [unclear, setUnclear] = useState<string | null>(null);
  const edit = (part: Partial<Draft>) => setDraft({ ...draft, ...part });
  if (meant) {
    return (
      <ErasureConfirm
        subject={meant}
        name={tenant.name}
        onBack={() => setMeant(null)}
        onDone={onDone}
      />
    );
  }
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const found = meaning(draft, Date.now());
    setUnclear(typeof found === "string" ? found : null);
    if (typeof found !== "string") setMeant(found);
  };
  return (
    <form class="in-place" aria-label="Erase recordings" onSubmit={onSubmit}>
      <Kinds draft={draft} edit={edit} owner={tenant.role === "owner"} />
      <Fields draft={draft} edit={edit} />
      <FormError text={unclear} />
      <FormActions action="Continue" doing={null} onCancel={onDone} />
    </form>
  );
}
