/** What a request carried: closed until somebody asks, with what is masked as soft bars. */
import type { Carried } from "../player/bodies";

/** A mask's letters as ingest and the SDK write them, quoted in JSON and bare in a form. */
const MASKED = /"x{8}"|\bx{8}\b/;

/** The text, with each mask as a bar that says so to those who cannot see it. */
function Masked({ text }: { text: string }) {
  return (
    <>
      {text.split(MASKED).map((words, at) => (
        <span key={at}>
          {at > 0 && (
            <span class="mask-bar">
              <span class="only-read">masked</span>
            </span>
          )}
          {words}
        </span>
      ))}
    </>
  );
}

export function Bodies({ bodies }: { bodies: Carried[] }) {
  return (
    <div class="bodies">
      {bodies.map(({ title, text }) =>
        text ? (
          <details key={title}>
            <summary>{title}</summary>
            <pre>
              <Masked text={text} />
            </pre>
          </details>
        ) : (
          <p key={title}>{title}: not kept</p>
        ),
      )}
    </div>
  );
}
