/** Masks of incremental events; see lib/privacy/changes.py, whose results these equal. */
import { maskAttributes, neverField } from "./attributes.ts";
import { maskCss, maskProperty, maskValue } from "./css.ts";
import { type Allow, maskField, maskNode, maskPageText, maskTag } from "./nodes.ts";
import { maskInput } from "./text.ts";

// biome-ignore lint/suspicious/noExplicitAny: rrweb's data is a union of 17 shapes
type Data = any;

/** What the server is told of the field that an input concerns; null: nothing may be told. */
export interface Field {
  type?: string;
  autocomplete?: string;
}
export type FieldOf = (id: number) => Field | null;

const maskRules = (rules?: Data[]) => rules?.map((each) => ({ ...each, rule: maskCss(each.rule) }));

/** The members stand in the order in which the server writes them. */
const maskMutation = (
  { texts, attributes, removes, adds, isAttachIframe }: Data,
  allow: Allow,
) => ({
  source: 0,
  texts: texts.map(({ id, value }: Data) => ({ id, value: value && maskPageText(value, allow) })),
  attributes: attributes.map(({ id, attributes }: Data) => ({
    id,
    attributes: maskAttributes(attributes, allow, false),
  })),
  removes,
  adds: adds.map((each: Data) => ({ ...each, node: maskNode(each.node, allow) })),
  isAttachIframe,
});

function maskInputEvent(data: Data, allow: Allow, fieldOf: FieldOf): Data {
  const field = allow.has("inputs") && fieldOf(data.id);
  return field && !neverField(field.type, field.autocomplete)
    ? { ...data, text: maskField(data.text, allow), field }
    : { ...data, text: maskInput(data.text), isChecked: false };
}

const maskDeclaration = ({ set, remove }: Data): Data => ({
  set: set && {
    ...set,
    property: maskProperty(set.property) || "--",
    value: set.value && maskValue(set.value),
  },
  remove: remove && { property: maskProperty(remove.property) || "--" },
});

/** Returns the masked data of an incremental event, or null for one that is not recorded. */
export function maskChange(data: Data, allow: Allow, fieldOf: FieldOf): Data | null {
  switch (data.source) {
    case 0:
      return maskMutation(data, allow);
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
      return maskInputEvent(data, allow, fieldOf);
    case 8: {
      const { replace, replaceSync } = data;
      return {
        ...data,
        adds: maskRules(data.adds),
        replace: replace && maskCss(replace),
        replaceSync: replaceSync && maskCss(replaceSync),
      };
    }
    case 13:
      return { ...data, ...maskDeclaration(data) };
    case 15:
      return {
        ...data,
        styles: data.styles?.map((each: Data) => ({ ...each, rules: maskRules(each.rules) })),
      };
    case 16:
      return { ...data, define: data.define && { name: maskTag(data.define.name) } };
  }
  return null;
}
