/** Masks of incremental events; see lib/privacy/changes.py, whose results these equal. */
import { maskAttributes, neverField } from "./attributes.ts";
import { maskCss, maskProperty, maskValue } from "./css.ts";
import type { Bound, Field } from "./fields.ts";
import { allowOf, CSS_MARK, maskField, maskNode, maskPageText, maskTag, without } from "./nodes.ts";
import { isPicture } from "./pictures.ts";
import { maskInput } from "./text.ts";

// biome-ignore lint/suspicious/noExplicitAny: rrweb's data is a union of 17 shapes
type Data = any;

const maskRules = (rules: Data[] | undefined, allow: Set<string>) =>
  rules?.map((each) => ({ ...each, rule: maskCss(each.rule, allow) }));

/** The server masks what comes without its field: see docs/decisions/0003. */
const vouch = (id: number, bound: Bound, capability: string): Field | undefined => {
  const field = bound.allow.has(capability) ? bound.fieldOf(id) : null;
  if (!field || neverField(field.type, field.autocomplete)) return undefined;
  const mask = (value?: string | null) => (value && maskValue(value, bound.allow)) || undefined;
  return { type: mask(field.type), autocomplete: mask(field.autocomplete) };
};

const claim = (id: number, bound: Bound, capability: string): Field | undefined =>
  bound.sealed(id) ? undefined : vouch(id, bound, capability);

const closed = (bound: Bound): Bound => ({
  ...bound,
  allow: without("text", bound.allow),
});

const markStyle = (text: string, id: number, bound: Bound): string =>
  text && bound.inStyle(id) ? CSS_MARK + text : text;

function maskChangedText({ id, value }: Data, bound: Bound): Data {
  const field = claim(id, bound, "text");
  const text = value && maskPageText(markStyle(value, id, bound), field ? bound : closed(bound));
  return { id, value: text, field };
}

function maskAdded(added: Data, bound: Bound): Data {
  const { parentId, node } = added;
  const field = vouch(parentId, bound, "text");
  const marked =
    node.type === 3 ? { ...node, textContent: markStyle(node.textContent, parentId, bound) } : node;
  return { ...added, node: maskNode(marked, field ? bound : closed(bound)), field };
}

function maskChangedAttributes({ id, attributes }: Data, bound: Bound): Data {
  const { rr_dataURL } = attributes;
  if (rr_dataURL && bound.drawings.has(id) && !bound.masks(id) && isPicture(rr_dataURL))
    return { id, attributes: { rr_dataURL }, field: { type: "canvas" } };
  const field = claim(id, bound, "inputs");
  return { id, attributes: maskAttributes(attributes, allowOf(id, bound), !!field), field };
}

/** A frame's document before it is loaded: rrweb tells it again, and the player wants one. */
const attachesNothing = ({ isAttachIframe, adds }: Data): boolean =>
  isAttachIframe && adds.every(({ node }: Data) => node.type === 0 && !node.childNodes.length);

/** The members stand in the order in which the server writes them. */
const maskMutation = (data: Data, bound: Bound) => ({
  source: 0,
  texts: data.texts.map((each: Data) => maskChangedText(each, bound)),
  attributes: data.attributes.map((each: Data) => maskChangedAttributes(each, bound)),
  removes: data.removes,
  adds: data.adds.map((each: Data) => maskAdded(each, bound)),
  isAttachIframe: data.isAttachIframe,
});

function maskInputEvent(data: Data, bound: Bound): Data {
  const field = claim(data.id, bound, "inputs");
  return field
    ? { ...data, text: maskField(data.text, bound), field }
    : { ...data, text: maskInput(data.text), isChecked: false };
}

function maskDeclaration({ set, remove }: Data, allow: Set<string>): Data {
  const property = maskProperty((set ?? remove)?.property ?? "", allow);
  return {
    set: set && { ...set, property, value: set.value && maskValue(set.value, allow, property) },
    remove: remove && { property },
  };
}

/** Returns the masked data of an incremental event, or null for one that is not recorded. */
export function maskChange(data: Data, bound: Bound): Data | null {
  const allow = allowOf(data.id, bound);
  switch (data.source) {
    case 0:
      return attachesNothing(data) ? null : maskMutation(data, bound);
    // These carry coordinates, times and ids only.
    case 1:
    case 2:
    case 3:
    case 4:
    case 6:
    case 7:
    case 12:
      return data;
    case 5:
      return maskInputEvent(data, bound);
    case 8: {
      const { replace, replaceSync } = data;
      return {
        ...data,
        adds: maskRules(data.adds, allow),
        replace: replace && maskCss(replace, allow),
        replaceSync: replaceSync && maskCss(replaceSync, allow),
      };
    }
    case 13:
      return { ...data, ...maskDeclaration(data, allow) };
    case 15:
      return {
        ...data,
        styles: data.styles?.map((each: Data) => ({
          ...each,
          rules: maskRules(each.rules, allow),
        })),
      };
    case 16:
      return { ...data, define: data.define && { name: maskTag(data.define.name) } };
  }
  return null;
}
