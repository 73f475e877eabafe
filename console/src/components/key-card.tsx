/** One SDK key, and in place what can be done with it. */
import { Ban, Pencil, RefreshCw, ShieldCheck } from "lucide-preact";
import { useState } from "preact/hooks";
import type { SdkKey } from "../api/settings";
import { absolute, ago, dateTime } from "../format/times";
import { changeKey, stateOf } from "../stores/keys";
import { CopyButton } from "./copy";
import { DisableKey, RotateKey } from "./key-actions";
import { KeyForm } from "./key-form";

type Panel = "edit" | "rotate" | "disable" | null;

function State({ sdkKey }: { sdkKey: SdkKey }) {
  const ends = sdkKey.expires_ms ?? 0;
  switch (stateOf(sdkKey, Date.now())) {
    case "live":
      return <span class="tag good">Live</span>;
    case "expiring":
      return (
        <span class="tag warn" title={absolute(ends)}>
          Replaced, works until {dateTime(ends)}
        </span>
      );
    case "expired":
      return <span class="tag">Expired</span>;
    case "disabled":
      return <span class="tag">Disabled</span>;
  }
}

interface ActionsProps {
  sdkKey: SdkKey;
  open: Panel;
  toggle: (panel: Panel) => void;
}

function Actions({ sdkKey, open, toggle }: ActionsProps) {
  const state = stateOf(sdkKey, Date.now());
  if (state === "disabled" || state === "expired") return null;
  const buttons = [
    { panel: "edit" as const, name: "Edit", icon: Pencil },
    ...(state === "live" ? [{ panel: "rotate" as const, name: "Rotate", icon: RefreshCw }] : []),
    { panel: "disable" as const, name: "Disable", icon: Ban },
  ];
  return (
    <span class="key-actions">
      {buttons.map(({ panel, name, icon: Icon }) => (
        <button
          key={panel}
          type="button"
          class="button"
          aria-expanded={open === panel}
          aria-label={`${name} ${sdkKey.label}`}
          onClick={() => toggle(open === panel ? null : panel)}
        >
          <Icon size={14} aria-hidden="true" />
          {name}
        </button>
      ))}
    </span>
  );
}

export function KeyCard({ sdkKey, tenant }: { sdkKey: SdkKey; tenant: string }) {
  const [open, setOpen] = useState<Panel>(null);
  const close = () => setOpen(null);
  const id = `stk_${sdkKey.id}`;
  return (
    <li class="panel key">
      <div class="key-head">
        <h2>{sdkKey.label}</h2>
        <State sdkKey={sdkKey} />
        {sdkKey.assertion_key && (
          <span class="tag" title="New sessions need an assertion from your server">
            <ShieldCheck size={12} aria-hidden="true" />
            Strict
          </span>
        )}
        <Actions sdkKey={sdkKey} open={open} toggle={setOpen} />
      </div>
      <p class="key-facts quiet small">
        <span class="nowrap">
          <code>{id}…</code>
          <CopyButton text={() => id} label="Copy the key's id" />
        </span>
        <span class="nowrap" title={absolute(sdkKey.created_ms)}>
          created {ago(sdkKey.created_ms, Date.now())}
        </span>
      </p>
      <ul class="origins" aria-label="Origins that may use it">
        {sdkKey.origins.map((origin) => (
          <li key={origin} class="mono">
            {origin}
          </li>
        ))}
      </ul>
      {open === "edit" && (
        <KeyForm
          title={`Edit ${sdkKey.label}`}
          start={sdkKey}
          action="Save"
          onDone={close}
          onSave={(draft) => changeKey(sdkKey.id, draft)}
        />
      )}
      {open === "rotate" && <RotateKey sdkKey={sdkKey} tenant={tenant} onDone={close} />}
      {open === "disable" && <DisableKey sdkKey={sdkKey} onDone={close} />}
    </li>
  );
}
