/** The form of a key: its label, the origins that may use it, and strict mode. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import type { KeyDraft } from "../api/settings";
import { FormActions, FormError, useSubmit } from "./form-error";

const LABEL_CHARS = 60;
let forms = 0;

interface KeyFormProps {
  title: string;
  start: KeyDraft;
  action: string;
  onSave: (draft: KeyDraft) => Promise<void>;
  onDone: () => void;
}

const lines = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);

const inWords = (problem: Problem): string => problem.detail || problem.message;

function Strict({
  id,
  pem,
  set,
}: {
  id: string;
  pem: string | null;
  set: (pem: string | null) => void;
}) {
  return (
    <>
      <div class="choice">
        <input
          id={`${id}-strict`}
          type="checkbox"
          class="switch"
          checked={pem !== null}
          aria-describedby={`${id}-strict-text`}
          onChange={(event) => set(event.currentTarget.checked ? "" : null)}
        />
        <div>
          <label for={`${id}-strict`}>Strict mode</label>
          <p id={`${id}-strict-text`}>
            Each new visit needs a short-lived proof that your own server signs, so a copied key is
            useless, even to a program that forges its origin.
          </p>
        </div>
      </div>
      {pem !== null && (
        <div class="field">
          <label for={`${id}-pem`}>Your server's public key</label>
          <textarea
            id={`${id}-pem`}
            class="mono"
            rows={5}
            required
            spellcheck={false}
            placeholder="-----BEGIN PUBLIC KEY-----"
            value={pem}
            aria-describedby={`${id}-pem-text`}
            onInput={(event) => set(event.currentTarget.value)}
          />
          <p class="hint" id={`${id}-pem-text`}>
            P-256, PEM. Keep the private half on your server.
          </p>
        </div>
      )}
    </>
  );
}

export function KeyForm({ title, start, action, onSave, onDone }: KeyFormProps) {
  const [id] = useState(() => `key-form-${forms++}`);
  const [label, setLabel] = useState(start.label);
  const [origins, setOrigins] = useState(start.origins.join("\n"));
  const [pem, setPem] = useState(start.assertion_key);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);
  const { busy, error, onSubmit } = useSubmit(async () => {
    await onSave({ label, origins: lines(origins), assertion_key: pem });
    onDone();
  }, inWords);
  return (
    <form class="in-place" aria-label={title} onSubmit={onSubmit}>
      <div class="field">
        <label for={`${id}-label`}>Label</label>
        <input
          ref={first}
          id={`${id}-label`}
          value={label}
          required
          maxLength={LABEL_CHARS}
          placeholder="Shop, production"
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
      </div>
      <div class="field">
        <label for={`${id}-origins`}>Origins</label>
        <textarea
          id={`${id}-origins`}
          class="mono"
          rows={3}
          required
          spellcheck={false}
          placeholder={"https://shop.example\nhttps://*.shop.example"}
          value={origins}
          aria-describedby={`${id}-origins-text`}
          onInput={(event) => setOrigins(event.currentTarget.value)}
        />
        <p class="hint" id={`${id}-origins-text`}>
          One a line, as the browser sends them: scheme, host and port. A star may stand for one
          whole left-most label. A key works nowhere else.
        </p>
      </div>
      <Strict id={id} pem={pem} set={setPem} />
      <FormError text={error} />
      <FormActions action={action} doing={busy ? "Saving" : null} onCancel={onDone} />
    </form>
  );
}
