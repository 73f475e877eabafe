/** An address that leads nowhere. */
import { Compass } from "lucide-preact";
import { Frame } from "../components/frame";
import { Notice } from "../components/notice";
import { follow } from "../stores/route";

export function Unknown() {
  return (
    <Frame bar={null}>
      <Notice icon={Compass} title="There is no page at this address">
        <p>It may have been mistyped, or the page has moved.</p>
        <a class="button" href="/" onClick={follow}>
          Back to sessions
        </a>
      </Notice>
    </Frame>
  );
}
