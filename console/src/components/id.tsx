/** An opaque id: cut where there is no room, with a button that copies all of it. */
import { CopyButton } from "./copy";

export function Id({ value, label }: { value: string; label: string }) {
  return (
    <span class="id">
      <span class="mono clip">{value}</span>
      <CopyButton text={() => value} label={`Copy the ${label}`} />
    </span>
  );
}
