/** A key that was just made: shown once, with the two lines that a page needs. */
import { useEffect, useRef } from "preact/hooks";
import { snippet } from "../format/snippet";
import { account } from "../stores/account";
import { shownOnce } from "../stores/keys";
import { CopyButton } from "./copy";

export function KeyShown() {
  const made = shownOnce.value;
  const head = useRef<HTMLHeadingElement>(null);
  const key = made?.key;
  useEffect(() => {
    if (key) head.current?.focus();
  }, [key]);
  const embed = account.value?.embed;
  if (!made || !key || !embed) return null;
  const strict = made.assertion_key !== null;
  const lines = snippet(embed, key, strict);
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
          <code>{lines}</code>
        </pre>
        <CopyButton text={() => lines} label="Copy the snippet" />
      </div>
      {strict && (
        <p class="hint">
          <code>/sealtape-assertion</code> is where your own server answers a fresh assertion; name
          the path that you chose.
        </p>
      )}
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
