/** What ends a key: a rotation, after an overlap, or disabling it, at once and for good. */
import { useEffect, useRef, useState } from "preact/hooks";
import type { Problem } from "../api/client";
import type { SdkKey } from "../api/settings";
import { disableKey, rotateKey } from "../stores/keys";
import { FormActions, FormError, useSubmit } from "./form-error";

/** Hours for which both keys work; docs/console-api.md allows 0 to 720. */
const OVERLAPS = [
  { hours: 0, name: "none: the old key stops now" },
  { hours: 1, name: "1 hour" },
  { hours: 24, name: "1 day" },
  { hours: 168, name: "7 days" },
  { hours: 720, name: "30 days" },
];
const DEFAULT_HOURS = 24;

const inWords = (problem: Problem): string => problem.detail || problem.message;

interface ActionProps {
  sdkKey: SdkKey;
  onDone: () => void;
}

export function RotateKey({ sdkKey, tenant, onDone }: ActionProps & { tenant: string }) {
  const [hours, setHours] = useState(DEFAULT_HOURS);
  const first = useRef<HTMLSelectElement>(null);
  useEffect(() => first.current?.focus(), []);
  const { busy, error, onSubmit } = useSubmit(async () => {
    await rotateKey(sdkKey.id, hours, tenant);
    onDone();
  }, inWords);
  return (
    <form class="in-place" aria-label={`Rotate ${sdkKey.label}`} onSubmit={onSubmit}>
      <div class="field">
        <label for={`overlap-${sdkKey.id}`}>Both keys work for</label>
        <select
          ref={first}
          id={`overlap-${sdkKey.id}`}
          value={String(hours)}
          onChange={(event) => setHours(Number(event.currentTarget.value))}
        >
          {OVERLAPS.map((each) => (
            <option key={each.hours} value={String(each.hours)}>
              {each.name}
            </option>
          ))}
        </select>
        <p class="hint">
          The new key has the same label, origins and strict mode. Put it into your pages before the
          old one stops.
        </p>
      </div>
      <FormError text={error} />
      <FormActions action="Make the new key" doing={busy ? "Rotating" : null} onCancel={onDone} />
    </form>
  );
}

export function DisableKey({ sdkKey, onDone }: ActionProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  const { busy, error, onSubmit } = useSubmit(async () => {
    await disableKey(sdkKey.id);
    onDone();
  }, inWords);
  return (
    <form class="in-place" aria-label={`Disable ${sdkKey.label}`} onSubmit={onSubmit}>
      <p>
        <strong>Pages with this key stop recording within 60 s, for good.</strong> A disabled key
        cannot be brought back. What was recorded stays.
      </p>
      <FormError text={error} />
      <span class="save-actions">
        <button ref={keep} type="button" class="button" onClick={onDone}>
          Keep it
        </button>
        <button type="submit" class="button danger" disabled={busy}>
          {busy ? "Disabling" : "Disable for good"}
        </button>
      </span>
    </form>
  );
}
