/** A button that copies text and says so. */
import { Check, Copy, type LucideIcon } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

/** How long the tick stays, in milliseconds: long enough to be seen after a glance away. */
const CONFIRM_MS = 1_600;

interface CopyProps {
  text: () => string;
  label: string;
  class?: string;
  icon?: LucideIcon;
  children?: ComponentChildren;
}

export function CopyButton({
  text,
  label,
  class: className = "button tiny plain",
  icon = Copy,
  children,
}: CopyProps) {
  const [done, setDone] = useState(false);
  useEffect(() => {
    if (!done) return;
    const timer = setTimeout(() => setDone(false), CONFIRM_MS);
    return () => clearTimeout(timer);
  }, [done]);
  const copy = async (event: MouseEvent) => {
    event.stopPropagation();
    await navigator.clipboard.writeText(text());
    setDone(true);
  };
  const Icon = done ? Check : icon;
  return (
    <button
      type="button"
      class={className}
      onClick={copy}
      aria-label={done ? "Copied" : label}
      title={label}
    >
      <Icon size={14} aria-hidden="true" />
      {children && <span>{done ? "Copied" : children}</span>}
    </button>
  );
}
