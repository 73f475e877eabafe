/** Cuts out of rrweb's recorder what Sealtape never runs, so that the SDK stays within its budget. */
import { readFileSync } from "node:fs";

/**
 * What goes, each from its first line to the line that closes it at the same indent, and what stays.
 * - Canvas recording and its blob: worker: src/drawings.ts looks at canvases in a tenth of its size.
 * - The relay of cross-origin frames: it listens to any window's messages. Such a frame is recorded
 *   by its own SDK or not at all.
 * - Work on what the masks take out again: whole addresses, the place of comments in style sheets,
 *   the state of players and what is done to them, what is selected, which heads' elements are told.
 * - Marks by class name and by ancestors: one selector says it all (src/privacy/options.ts).
 * - Font collection, hooks, plugins, a base class without heirs, the deprecated mirror, and what
 *   browsers of 2022 do by themselves.
 */
const CUTS = [
  {
    from: "var __publicField = ",
    lines: 1,
    stays: "const __publicField = (object, key, value) => (object[key] = value);",
  },
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
  {
    from: "function initMediaInteractionObserver({",
    stays: "const initMediaInteractionObserver = () => () => {};",
  },
  {
    from: "function initSelectionObserver(param) {",
    stays: "const initSelectionObserver = () => () => {};",
  },
  { from: "function mergeHooks(o, hooks) {", stays: "function mergeHooks() {}" },
  { from: "function polyfill(win = window) {", stays: "function polyfill() {}" },
  // A form's field may be called "matches", and hide its form's method.
  {
    from: "class BaseRRNode {",
    stays:
      "const { matches, closest, getAttribute, getAttributeNames } = globalThis.Element?.prototype ?? {};",
  },
  {
    from: "function hasShadowRoot(n) {",
    stays: "const hasShadowRoot = (n) => !!index.shadowRoot(n);",
  },
  {
    from: "function transformAttribute(doc, tagName, name, value) {",
    stays: "const transformAttribute = (doc, tagName, name, value) => value;",
  },
  {
    from: "function ignoreAttribute(tagName, name, _value) {",
    stays: "const ignoreAttribute = () => false;",
  },
  {
    from: "function absolutifyURLs(cssText, href) {",
    stays: "const absolutifyURLs = (css) => css;",
  },
  { from: "function getHref(doc, customHref) {", stays: "const getHref = () => {};" },
  {
    from: "function markCssSplits(cssText, style) {",
    stays: "const markCssSplits = (css) => css;",
  },
  { from: '  if (tagName === "canvas" && recordCanvas) {', stays: "" },
  { from: '  if (["audio", "video"].includes(tagName)) {', stays: "" },
  { from: "function _isBlockedElement(element, blockClass, blockSelector) {", stays: "" },
  {
    from: "function isBlocked(node, blockClass, blockSelector, checkAncestors) {",
    stays: `function isBlocked(node, name, selector, up) {
  const el = closestElementOfNode(node);
  return !!el && !!(up ? closest : matches).call(el, selector);
}`,
  },
  {
    from: "function needMaskingText(node, maskTextClass, maskTextSelector, checkAncestors) {",
    stays: `function needMaskingText(node, name, selector, up) {
  const el = selector && closestElementOfNode(node);
  return !!el && !!(up ? closest : matches).call(el, selector);
}`,
  },
  {
    from: "function slimDOMDefaults(_slimDOMOptions) {",
    stays: "const slimDOMDefaults = () => ({ headWhitespace: true, headTitleMutations: true });",
  },
  {
    from: "function slimDOMExcluded(sn, slimDOMOptions) {",
    stays:
      'const slimDOMExcluded = (sn) => sn.type === 5 || sn.tagName === "script" || sn.tagName === "meta";',
  },
  // A selector is no accessor: rrweb would take the page for tampered with, and open a frame in it.
  {
    from: '  Element: ["shadowRoot", "querySelector"',
    lines: 1,
    stays: '  Element: ["shadowRoot"],',
  },
  // One object of options for each element, not three; and no object for each attribute.
  {
    from: "  const _serializedNode = serializeNode(n, {",
    close: "});",
    stays: "  const _serializedNode = serializeNode(n, options, needsMask);",
  },
  {
    from: "function serializeNode(n, options) {",
    lines: 18,
    stays: `function serializeNode(n, options, needsMask) {
  const { doc, mirror: mirror2, maskTextFn, cssCaptured = false } = options;`,
  },
  {
    from: "      return serializeElementNode(n, {",
    close: "});",
    stays: "      return serializeElementNode(n, options, rootId);",
  },
  {
    from: "function serializeElementNode(n, options) {",
    lines: 15,
    stays: `function serializeElementNode(n, options, rootId) {
  const { doc, blockSelector, inlineStylesheet, maskInputOptions, maskInputFn } = options;
  const { dataURLOptions, inlineImages, newlyAddedElement } = options;`,
  },
  {
    from: "  const len = n.attributes.length;",
    stays:
      "  for (const name of getAttributeNames.call(n)) attributes[name] = getAttribute.call(n, name);",
  },
  {
    from: '  if (tagName === "iframe" && !keepIframeSrcFn(attributes.src)) {',
    lines: 1,
    stays: '  if (tagName === "iframe") {',
  },
  {
    from: "  const needBlock = _isBlockedElement(n, blockClass, blockSelector);",
    lines: 1,
    stays: "  const needBlock = matches.call(n, blockSelector);",
  },
  // Deleting a member would make each later look at the node slow.
  {
    from: "    delete serializedNode.needBlock;",
    lines: 1,
    stays: "    serializedNode.needBlock = void 0;",
  },
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

/** TypeScript's enums as it compiles them: objects in both directions, of which nothing is shaken off. */
const ENUM =
  /^var (\w+) = \/\* @__PURE__ \*\/ \(\((\w+)\) => \{\n([\s\S]*?)\n {2}return \2;\n\}\)\(\1 \|\| \{\}\);$/gm;
const MEMBER = /^ {2}(\w+)\[\1\["(\w+)"\] = (\d+)\] = "\2";$/gm;

/** Writes them back as enums, whose members esbuild replaces by their numbers. */
const restoreEnums = (source) =>
  source.replace(
    ENUM,
    (_, name, __, body) => `enum ${name} {${body.replace(MEMBER, '"$2" = $3,')}}`,
  );

/** Answers `source` with fields as plain assignments: a call for each costs more than it says. */
const assign = (source) =>
  source
    .replace(/^ +__publicField\(this, "\w+"\);$/gm, "")
    .replace(/__publicField\(this, "(\w+)", (.*)\);$/gm, "this.$1 = $2;");

export const slim = (source) => assign(restoreEnums(CUTS.reduce(cut, source)));

/** An esbuild plugin. */
export const slimRecorder = {
  name: "slim-recorder",
  setup(build) {
    build.onLoad({ filter: /@rrweb[\\/]record[\\/]dist[\\/]record\.js$/ }, ({ path }) => ({
      contents: slim(readFileSync(path, "utf8")),
      loader: "ts",
    }));
  },
};
