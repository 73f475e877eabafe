/** Uncaught errors and rejections of the page. */
import { listen } from "./guards.ts";

export interface PageError {
  name: string;
  message: string;
  file: string;
  line: number;
  column: number;
}

/** Where the newest frame of a stack points: "https://shop.example/app.js:12:5". */
const FRAME = /((?:https?|file):\/\/[^\s()]+?):(\d+):(\d+)/;

function describe(thrown: unknown, message = "", file = "", line = 0, column = 0): PageError {
  const error = thrown instanceof Error ? thrown : null;
  const frame = file ? null : FRAME.exec(error?.stack ?? "");
  return {
    name: error?.name ?? "Error",
    message: error?.message ?? (message || String(thrown)),
    file: frame?.[1] ?? file,
    line: Number(frame?.[2] ?? line),
    column: Number(frame?.[3] ?? column),
  };
}

/** Calls `report` for each, until the answered function is called. */
export function watchErrors(report: (error: PageError) => void): () => void {
  const stopErrors = listen(window, "error", (event) => {
    // A resource that fails to load fires a plain Event here, which says nothing of a script.
    if (!(event instanceof ErrorEvent)) return;
    const { error, message, filename, lineno, colno } = event;
    report(describe(error, message, filename, lineno, colno));
  });
  const stopRejections = listen(window, "unhandledrejection", (event) =>
    report(describe((event as PromiseRejectionEvent).reason)),
  );
  return () => {
    stopErrors();
    stopRejections();
  };
}
