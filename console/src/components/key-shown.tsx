/** A key that was just made: shown once, with the two lines that a page needs. */
import { useEffect, useRef } from "preact/hooks";
import { shownOnce } from "../stores/keys";
import { CopyButton } from "./copy";

const snippet = (key: string): string => `<script src="https://YOUR-CDN/sealtape.js"></script>
<script>Sealtape.init({ key: "${key}", endpoint: "https://YOUR-HANDSHAKE" })</script>`;

export function KeyShown() {
  const made = shownOnce.value;
  const head = useRef<HTMLHeadingElement>(null);
  const key = made?.key;
  useEffect(() => {
    if (key) head.current?.focus();
  }, [key]);
  if (!made || !key) return null;
  return (
    <section class="panel shown-once" aria-label="The new key">
      <h2 tabIndex={-1} ref={head}>
        The key for {made.label}
      </h2>
      <p>Copy it now: it is shown this once, and only a hash of it is kept.</p>
      <div class="snippet">
        <pre>
          <code>{key}</code>
        </pre>
        <CopyButton text={() => key} label="Copy the key" />
      </div>
      <p class="small">Two lines before the end of your page's head:</p>
      <div class="snippet">
        <pre>
          <code>{snippet(key)}</code>
        </pre>
        <CopyButton text={() => snippet(key)} label="Copy the snippet" />
      </div>
      <span class="save-actions">
        <button
          type="button"
          class="button"
          onClick={() => {
            shownOnce.value = null;
          }}
        >
          Done, I have it
        </button>
      </span>
    </section>
  );
}
