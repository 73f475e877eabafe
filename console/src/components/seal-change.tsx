/** A change of the seal: how far it is, what it waits for, what a failure means, and calling it off. */
import { CircleCheck, CircleDot, Circle as CircleIcon } from "lucide-preact";
import type { Problem } from "../api/client";
import type { SealChange as Change } from "../api/vault";
import { plural } from "../format/numbers";
import { abortSeal, underWay } from "../stores/vault";
import { FormError, useSubmit } from "./form-error";
import { SealProof } from "./seal-proof";
import { changeTitle, failureOf, type Phase, phasesOf } from "./seal-words";

const inWords = (problem: Problem): string => problem.detail || problem.message;

function Step({ phase, place, change }: { phase: Phase; place: number; change: Change }) {
  const Icon = place < 0 ? CircleCheck : place > 0 ? CircleIcon : CircleDot;
  const counted = place === 0 && phase.steps.includes("reseal") && change.total !== null;
  return (
    <li class={place < 0 ? "past" : place > 0 ? "ahead" : "now"}>
      <Icon size={16} aria-hidden="true" />
      <span>
        {phase.name}
        <span class="only-read">{place < 0 ? ", done" : place > 0 ? "" : ", under way"}</span>
        {counted && (
          <span class="quiet">
            {" "}
            {change.done.toLocaleString("en")} of {plural(change.total ?? 0, "object")}
          </span>
        )}
      </span>
      {counted && (
        <progress
          aria-label="Recordings resealed"
          max={Math.max(change.total ?? 0, change.done, 1)}
          value={change.done}
        />
      )}
    </li>
  );
}

function Waiting({ change }: { change: Change }) {
  if (!change.error) return null;
  const text =
    change.error === "seal_unavailable"
      ? "It waits for a key that refuses. Enable it and check its permissions; after about 4 hours it gives up."
      : `A service behind us failed (${change.error}). It is tried again by itself.`;
  return <p class="entry-warn">{text}</p>;
}

function Abort({ change, owner }: { change: Change; owner: boolean }) {
  const { busy, error, onSubmit } = useSubmit(abortSeal, inWords);
  if (change.aborted) {
    return <p class="hint">It was called off, and clears up within a minute or two.</p>;
  }
  if (!change.abortable) {
    return (
      <p class="hint">
        The new seal is in force, so this is not called off any more. Going back is another change.
      </p>
    );
  }
  const kept = change.kind === "reseal" ? "What is resealed stays so." : "The seal stays as it is.";
  return (
    <form class="abort" onSubmit={onSubmit}>
      <FormError text={error} />
      <p class="hint">
        {owner ? `It can still be called off. ${kept}` : "An owner can call it off."}
      </p>
      <button type="submit" class="button" disabled={!owner || busy}>
        {busy ? "Calling it off" : "Call it off"}
      </button>
    </form>
  );
}

function Running({ change, owner }: { change: Change; owner: boolean }) {
  const phases = phasesOf(change);
  const at = phases.findIndex((phase) => phase.steps.includes(change.step));
  return (
    <section class="panel" aria-label="Change under way">
      <div class="entry-head">
        <h2>{changeTitle(change)}</h2>
        <span class="tag running">Running</span>
      </div>
      <ol class="phases">
        {phases.map((phase, index) => (
          <Step key={phase.name} phase={phase} place={Math.sign(index - at)} change={change} />
        ))}
      </ol>
      <Waiting change={change} />
      {change.proof && <SealProof proof={change.proof} />}
      <Abort change={change} owner={owner} />
    </section>
  );
}

function Failed({ change }: { change: Change }) {
  const { text, todo } = failureOf(change);
  const meant = change.error === "seal_aborted";
  return (
    <section class="panel" aria-label="The last change">
      <div class="entry-head">
        <h2>{changeTitle(change)}</h2>
        <span class={meant ? "tag" : "tag bad"}>{meant ? "Called off" : "Failed"}</span>
      </div>
      <p class={meant ? "entry-text" : "entry-bad"}>{text}</p>
      {todo && (
        <p class="entry-text">
          <strong>What to do.</strong> {todo}
        </p>
      )}
    </section>
  );
}

export function SealChange({ change, owner }: { change: Change; owner: boolean }) {
  if (underWay(change)) return <Running change={change} owner={owner} />;
  if (change.state === "failed") return <Failed change={change} />;
  return null;
}
