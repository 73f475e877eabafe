/** What the page's code writes to the console. */
import { guard } from "./guards.ts";
import { patch } from "./patches.ts";

export interface Message {
  level: (typeof LEVELS)[number];
  text: string;
}

const LEVELS = ["log", "info", "warn", "error", "debug"] as const;

/** An object is named and not told: to read its members may run the page's code, or take long. */
const describe = (value: unknown): string =>
  Object(value) !== value || value instanceof Error
    ? String(value)
    : Object.prototype.toString.call(value);

/** Calls `report` for each message, until the answered function is called. */
export function watchMessages(report: (message: Message) => void): () => void {
  const restore = LEVELS.map((level) => {
    const tell = guard((values: unknown[]) =>
      report({ level, text: values.map(describe).join(" ") }),
    );
    return patch(console, level, function (original, args) {
      original.apply(this, args);
      tell(args);
    });
  });
  return () => {
    for (const undo of restore) undo();
  };
}
