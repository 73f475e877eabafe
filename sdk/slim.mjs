/** Cuts out of rrweb's recorder what Sealtape never runs, so that the SDK stays within its budget. */
import { readFileSync } from "node:fs";

/**
 * What goes, each from its first line to the line that closes it at the same indent, and what stays.
 * - Canvas recording and its blob: worker: no policy allows it (src/privacy/options.ts).
 * - The relay of cross-origin frames: it listens to any window's messages. Such a frame is recorded
 *   by its own SDK or not at all.
 * - Font collection, hooks, a base class without heirs, the deprecated mirror, and what browsers of
 *   2022 do by themselves.
 */
const CUTS = [
  { from: "const jsContent = '", lines: 2, stays: "" },
  { from: "function WorkerWrapper(options) {", stays: "" },
  {
    from: "class CanvasManager {",
    stays: "class CanvasManager { reset() {} freeze() {} unfreeze() {} lock() {} unlock() {} }",
  },
  { from: "class CrossOriginIframeMirror {", stays: "class CrossOriginIframeMirror {}" },
  { from: "  handleMessage(message) {", stays: "  handleMessage() {}" },
  { from: "  transformCrossOriginEvent(iframeEl, e) {", stays: "" },
  { from: '      window.parent.postMessage(message, "*");', lines: 1, stays: "" },
  { from: "  replace(iframeMirror, obj, iframeEl, keys) {", stays: "" },
  { from: "  replaceIds(obj, iframeEl, keys) {", stays: "" },
  { from: "  replaceStyleIds(obj, iframeEl, keys) {", stays: "" },
  { from: "  replaceIdOnNode(node, iframeEl) {", stays: "" },
  { from: "  patchRootIdOnNode(node, rootId) {", stays: "" },
  { from: "function initFontObserver({ fontCb, doc }) {", stays: "function initFontObserver() {}" },
  { from: "function mergeHooks(o, hooks) {", stays: "function mergeHooks() {}" },
  { from: "function polyfill(win = window) {", stays: "function polyfill() {}" },
  { from: "class BaseRRNode {", stays: "class BaseRRNode {}" },
  { from: "let _mirror = {", close: "};", stays: "let _mirror = {};" },
  { from: 'if (typeof window !== "undefined" && window.Proxy && window.Reflect) {', stays: "" },
];

/** Answers `source` without one cut. Throws if it is not there exactly once: another rrweb version. */
function cut(source, { from, lines, close = "}", stays }) {
  const start = source.indexOf(`\n${from}`) + 1;
  if (!start || source.indexOf(`\n${from}`, start) >= 0) {
    throw new Error(`slim.mjs does not fit this version of @rrweb/record: ${from}`);
  }
  const indent = from.match(/^ */)[0];
  const last = `\n${indent}${close}\n`;
  let end = lines ? start : source.indexOf(last, start) + last.length;
  for (let line = 0; line < (lines ?? 0); line++) end = source.indexOf("\n", end) + 1;
  return `${source.slice(0, start)}${stays}\n${source.slice(end)}`;
}

export const slim = (source) => CUTS.reduce(cut, source);

/** An esbuild plugin. */
export const slimRecorder = {
  name: "slim-recorder",
  setup(build) {
    build.onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, ({ path }) => ({
      contents: slim(readFileSync(path, "utf8")),
    }));
  },
};
