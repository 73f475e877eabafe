/** Builds DOM elements; text is always text, never markup. */

const HTML = "http://www.w3.org/1999/xhtml";

export function create(tag, attributes, children, namespace = HTML) {
  const element = document.createElementNS(namespace, tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== undefined) {
      element.setAttribute(name, value === true ? "" : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== false));
  return element;
}

/** `h("a", { href: "/" }, "Home")`; an attribute whose value is a function listens for its name. */
export const h = (tag, attributes = {}, ...children) => create(tag, attributes, children);
