/** What an owner may order: a key of their own, Google's keys again, or a reseal after a rotation. */
import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import type { Seal } from "../api/vault";
import { changeSeal, reseal, underWay } from "../stores/vault";
import { FormActions, FormError, useSubmit } from "./form-error";

type Action = "own" | "google" | "reseal";
const inWords = (problem: Problem): string => problem.detail || problem.message;

interface AskProps {
  label: string;
  action: string;
  work: () => Promise<void>;
  onDone: () => void;
  children: ComponentChildren;
}

/** A question in place; the safe answer has the focus unless there is something to fill in. */
function Ask({ label, action, work, onDone, children }: AskProps) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.querySelector<HTMLElement>("input, button")?.focus(), []);
  const { busy, error, onSubmit } = useSubmit(async () => {
    await work();
    onDone();
  }, inWords);
  return (
    <form class="in-place" aria-label={label} ref={form} onSubmit={onSubmit}>
      {children}
      <FormError text={error} />
      <FormActions action={action} doing={busy ? "Ordering" : null} onCancel={onDone} />
    </form>
  );
}

function OwnKey({ seal, onDone }: { seal: Seal; onDone: () => void }) {
  const [key, setKey] = useState("");
  return (
    <Ask
      label="Use a key of your own"
      action={key.trim() ? "Use this key" : "Use the operator's key"}
      work={() => changeSeal("customer_managed", key.trim() || null)}
      onDone={onDone}
    >
      <div class="field">
        <label for="seal-key">Name of the key in Cloud KMS</label>
        <input
          id="seal-key"
          class="mono"
          value={key}
          spellcheck={false}
          autocomplete="off"
          placeholder={`projects/…/locations/${seal.location}/keyRings/…/cryptoKeys/…`}
          aria-describedby="seal-key-text"
          onInput={(event) => setKey(event.currentTarget.value)}
        />
        <p class="hint" id="seal-key-text">
          A symmetric key in your own project, in {seal.location}, where the recordings are. Left
          empty: a key that your operator keeps for you alone.
        </p>
      </div>
      <p class="entry-text">
        Every recording is sealed anew. Until the bucket switches you can call it off.
      </p>
    </Ask>
  );
}

function Google({ onDone }: { onDone: () => void }) {
  return (
    <Ask
      label="Go back to Google-managed keys"
      action="Change to Google-managed"
      work={() => changeSeal("google_managed", null)}
      onDone={onDone}
    >
      <p class="entry-text">
        <strong>You give up the switch that your key is.</strong> Every recording is resealed by
        keys that Google manages. Keep your key until that is done.
      </p>
    </Ask>
  );
}

function Reseal({ onDone }: { onDone: () => void }) {
  return (
    <Ask label="Reseal" action="Reseal every recording" work={reseal} onDone={onDone}>
      <p class="entry-text">
        After you rotated the key in Cloud KMS, new recordings are sealed by its new version. This
        brings the old ones under it as well, so that older versions can be destroyed.
      </p>
    </Ask>
  );
}

function choices(seal: Seal): { action: Action; name: string }[] {
  if (seal.mode === "google_managed") return [{ action: "own", name: "Use your own key" }];
  return [
    ...(seal.state === "shredded"
      ? []
      : [{ action: "reseal" as const, name: "Reseal after a rotation" }]),
    { action: "own", name: "Change to another key" },
    { action: "google", name: "Back to Google-managed" },
  ];
}

export function SealActions({ seal, owner }: { seal: Seal; owner: boolean }) {
  const [open, setOpen] = useState<Action | null>(null);
  const busy = underWay(seal.operation);
  const close = () => setOpen(null);
  const why = owner ? "One change at a time." : "Only an owner changes the seal.";
  return (
    <section aria-label="Change the seal">
      <div class="seal-actions">
        {choices(seal).map(({ action, name }) => (
          <button
            key={action}
            type="button"
            class="button"
            disabled={!owner || busy}
            aria-expanded={open === action}
            onClick={() => setOpen(open === action ? null : action)}
          >
            {name}
          </button>
        ))}
        {(!owner || busy) && <p class="hint">{why}</p>}
      </div>
      {owner && !busy && open === "own" && <OwnKey seal={seal} onDone={close} />}
      {owner && !busy && open === "google" && <Google onDone={close} />}
      {owner && !busy && open === "reseal" && <Reseal onDone={close} />}
    </section>
  );
}
