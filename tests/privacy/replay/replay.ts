/** Shows a recording's end in a bare page, as the console's stage does, and answers its warnings. */
import { Replayer } from "@rrweb/replay";
import type { eventWithTime } from "@rrweb/types";
import type { RecordedEvent } from "../../../console/src/player/decode";
import { Drawings } from "../../../console/src/player/drawings";
import { Fonts } from "../../../console/src/player/fonts";

let replayer: Replayer | undefined;

/** Draws all that was recorded; answers what rrweb warned of. */
export async function show(events: eventWithTime[]): Promise<string[]> {
  const warnings: string[] = [];
  const logger = { log: () => {}, warn: (...said: unknown[]) => warnings.push(said.join(" ")) };
  const drawings = new Drawings();
  const fonts = new Fonts();
  for (const event of events as unknown as RecordedEvent[]) {
    drawings.show(event);
    fonts.show(event);
  }
  replayer?.destroy();
  replayer = new Replayer(events, {
    root: document.body,
    showWarning: true,
    showDebug: false,
    logger: logger as unknown as Console,
    triggerFocus: false,
    mouseTail: false,
  });
  replayer.pause((events.at(-1)?.timestamp ?? 0) - (events[0]?.timestamp ?? 0) + 1);
  // Frames, images and style sheets that travel with the recording are decoded off the main thread.
  await new Promise((done) => setTimeout(done, SETTLE_MS));
  replayer.iframe.contentWindow?.scrollTo(0, 0);
  return warnings;
}

/** Frames and images of a recording are data: they take no network, only a moment. */
const SETTLE_MS = 150;
