/** The fields of the policy's form. */
import {
  type Capability,
  CHOICES,
  type Choice,
  MAX_SELECTORS,
  SELECTORS,
  SIGNALS,
} from "../api/policy";
import { type Draft, edit, percentProblem } from "../stores/policy";

interface SwitchProps {
  id: string;
  title: string;
  text: string;
  on: boolean;
  masked?: string;
  note?: string;
  set: (on: boolean) => void;
}

function Switch({ id, title, text, on, masked, note, set }: SwitchProps) {
  return (
    <div class="choice">
      <input
        id={id}
        type="checkbox"
        class="switch"
        checked={on}
        aria-describedby={`${id}-text`}
        onChange={(event) => set(event.currentTarget.checked)}
      />
      <div>
        <label for={id}>
          {title}
          {note && <span class="tag">{note}</span>}
        </label>
        <div id={`${id}-text`}>
          <p>{text}</p>
          {masked && (
            <p class="stays">
              <span>Stays masked:</span> {masked}
            </p>
          )}
        </div>
      </div>
    </div>
  );
}

/** What a switch says beside its title: why it does nothing. */
function noteOf(
  collected: boolean,
  { allow }: Draft,
  name: Capability,
  needs?: Capability,
): string | undefined {
  if (!collected) return "Not collected by this SDK yet";
  if (!needs || !allow.includes(name) || allow.includes(needs)) return undefined;
  const other = CHOICES.find((each) => each.name === needs);
  return `No effect without ${other?.title}`;
}

export function Capabilities({ form }: { form: Draft }) {
  const groups = new Map<string, Choice[]>();
  for (const each of CHOICES) groups.set(each.group, [...(groups.get(each.group) ?? []), each]);
  return (
    <>
      {[...groups].map(([group, choices]) => (
        <fieldset key={group} class="panel">
          <legend>{group}</legend>
          {choices.map(({ name, title, text, masked, collected, needs }) => (
            <Switch
              key={name}
              id={`allow-${name}`}
              title={title}
              text={text}
              masked={masked}
              note={noteOf(collected, form, name, needs)}
              on={form.allow.includes(name)}
              set={(on) => {
                const rest = form.allow.filter((each) => each !== name);
                edit({ allow: on ? [...rest, name] : rest });
              }}
            />
          ))}
        </fieldset>
      ))}
    </>
  );
}

export function Selectors({ form }: { form: Draft }) {
  return (
    <fieldset class="panel">
      <legend>Parts of a page</legend>
      <p class="hint">
        CSS selectors, one a line, at most {MAX_SELECTORS} of each kind. They can only narrow what
        is allowed above; in a page, <code>data-seal="mask"</code>, <code>"block"</code> and{" "}
        <code>"allow"</code> do the same.
      </p>
      <div class="selectors">
        {(["mask", "block", "allow"] as const).map((kind) => {
          const [title, text] = SELECTORS[kind];
          return (
            <div class="field" key={kind}>
              <label for={`selectors-${kind}`}>{title}</label>
              <textarea
                id={`selectors-${kind}`}
                class="mono"
                rows={4}
                spellcheck={false}
                autocapitalize="off"
                value={form.selectors[kind]}
                aria-describedby={`selectors-${kind}-text`}
                onInput={(event) =>
                  edit({ selectors: { ...form.selectors, [kind]: event.currentTarget.value } })
                }
              />
              <p class="hint" id={`selectors-${kind}-text`}>
                {text}
              </p>
            </div>
          );
        })}
      </div>
    </fieldset>
  );
}

export function Sampling({ form }: { form: Draft }) {
  const problem = percentProblem(form.percent);
  return (
    <fieldset class="panel">
      <legend>How much</legend>
      <div class="field">
        <label for="sampling">Share of visits to record</label>
        <span class="with-unit">
          <input
            id="sampling"
            type="number"
            inputMode="decimal"
            min={0}
            max={100}
            step="any"
            value={form.percent}
            aria-invalid={problem !== null}
            aria-describedby="sampling-text"
            onInput={(event) => edit({ percent: event.currentTarget.value })}
          />
          %
        </span>
        <p class="hint" id="sampling-text">
          {problem ?? "Decided once for each visit: a visit is recorded whole or not at all."}
        </p>
      </div>
    </fieldset>
  );
}

export function Signals({ form }: { form: Draft }) {
  return (
    <fieldset class="panel">
      <legend>Visitors who say no</legend>
      {(["gpc", "dnt"] as const).map((name) => (
        <Switch
          key={name}
          id={`honour-${name}`}
          title={SIGNALS[name][0]}
          text={SIGNALS[name][1]}
          on={form.honour[name]}
          set={(on) => edit({ honour: { ...form.honour, [name]: on } })}
        />
      ))}
    </fieldset>
  );
}
