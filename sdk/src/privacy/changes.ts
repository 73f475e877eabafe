/** Masks of incremental events; see lib/privacy/changes.py, whose results these equal. */
import { maskAttributes, neverField } from "./attributes.ts";
import { maskCss, maskProperty, maskValue } from "./css.ts";
import { maskField, maskNode, maskPageText, maskTag } from "./nodes.ts";
import { maskInput } from "./text.ts";

// biome-ignore lint/suspicious/noExplicitAny: rrweb's data is a union of 17 shapes
type Data = any;

/** What the server is told of the field or text that a change concerns; null: nothing is told. */
export interface Field {
  type?: string;
  autocomplete?: string;
}
export type FieldOf = (id: number) => Field | null;

const maskRules = (rules: Data[] | undefined) =>
  rules?.map(({ rule, index }) => ({ rule: maskCss(rule), index }));

const maskPositions = ({ source, positions }: Data) => ({
  source,
  positions: positions.map(({ x, y, id, timeOffset }: Data) => ({ x, y, id, timeOffset })),
});

function maskMutation(data: Data, allow: Set<string>): Data {
  return {
    source: 0,
    texts: data.texts.map(({ id, value }: Data) => ({
      id,
      value: value && maskPageText(value, allow),
    })),
    attributes: data.attributes.map(({ id, attributes }: Data) => ({
      id,
      attributes: maskAttributes(attributes, allow, false),
    })),
    removes: data.removes.map(({ parentId, id, isShadow }: Data) => ({
      parentId,
      id,
      isShadow: isShadow || undefined,
    })),
    adds: data.adds.map(({ parentId, previousId, nextId, node }: Data) => ({
      parentId,
      previousId: previousId ?? undefined,
      nextId,
      node: maskNode(node, allow),
    })),
    isAttachIframe: data.isAttachIframe || undefined,
  };
}

function maskInputEvent(data: Data, allow: Set<string>, fieldOf: FieldOf): Data {
  const { source, text, isChecked, userTriggered, id } = data;
  const field = allow.has("inputs") ? fieldOf(id) : null;
  if (!field || neverField(field.type, field.autocomplete))
    return { source, text: maskInput(text), isChecked: false, userTriggered, id };
  return { source, text: maskField(text, allow), isChecked, userTriggered, id, field };
}

/** Returns the masked data of an incremental event, or null for one that is not recorded. */
export function maskChange(data: Data, allow: Set<string>, fieldOf: FieldOf): Data | null {
  const { source, type, id, x, y, styleId } = data;
  switch (source) {
    case 0:
      return maskMutation(data, allow);
    case 1:
    case 6:
    case 12:
      return maskPositions(data);
    case 2:
      return { source, type, id, x, y, pointerType: data.pointerType };
    case 3:
      return { source, id, x, y };
    case 4:
      return { source, width: data.width, height: data.height };
    case 5:
      return maskInputEvent(data, allow, fieldOf);
    case 7: {
      const { currentTime, volume, muted, loop, playbackRate } = data;
      return { source, type, id, currentTime, volume, muted, loop, playbackRate };
    }
    case 8: {
      const { removes, replace, replaceSync } = data;
      return {
        source,
        id,
        styleId,
        removes: removes?.map(({ index }: Data) => ({ index })),
        adds: maskRules(data.adds),
        replace: replace && maskCss(replace),
        replaceSync: replaceSync && maskCss(replaceSync),
      };
    }
    case 13:
      return { source, id, styleId, ...maskDeclaration(data), index: data.index };
    case 14:
      return {
        source,
        ranges: data.ranges.map(({ start, end }: Data) => ({
          start,
          startOffset: 0,
          end,
          endOffset: 0,
        })),
      };
    case 15:
      return {
        source,
        id,
        styleIds: data.styleIds,
        styles: data.styles?.map(({ styleId, rules }: Data) => ({
          styleId,
          rules: maskRules(rules),
        })),
      };
    case 16:
      return { source, define: data.define && { name: maskTag(data.define.name) } };
  }
  return null;
}

function maskDeclaration({ set, remove }: Data): Data {
  return {
    set: set && {
      property: maskProperty(set.property) || "--",
      value: set.value && maskValue(set.value),
      priority: set.priority ?? undefined,
    },
    remove: remove && { property: maskProperty(remove.property) || "--" },
  };
}
