/** Pages on which one buys: cart, checkout, confirmation. */
import { picture } from "./art.js";
import { emptyCart, rows, setQuantity, totals } from "./cart.js";
import { money } from "./catalogue.js";
import { h } from "./elements.js";
import { go } from "./router.js";

function cartRow({ product, quantity }) {
  const change = (event) => setQuantity(product.slug, Number(event.target.value));
  const href = `/product/${product.slug}`;
  return h(
    "li",
    { class: "cart-row" },
    h("a", { class: "art", href, tabindex: "-1" }, picture(product)),
    h(
      "div",
      {},
      h("a", { href }, product.name),
      h("p", { class: "sub" }, `${product.glaze.name} glaze`),
    ),
    h("input", {
      type: "number",
      min: "0",
      max: "99",
      value: String(quantity),
      "aria-label": `Quantity of ${product.name}`,
      change,
    }),
    h("p", { class: "price" }, money(product.price * quantity)),
    h(
      "button",
      { class: "quiet", type: "button", click: () => setQuantity(product.slug, 0) },
      "Remove",
    ),
  );
}

function summary() {
  const { goods, shipping, sum } = totals();
  const line = (label, cents, kind) =>
    h(
      "div",
      { class: kind ?? "line" },
      h("dt", {}, label),
      h("dd", {}, cents ? money(cents) : "Free"),
    );
  return h(
    "dl",
    { class: "summary" },
    line("Goods", goods),
    line("Shipping", shipping),
    line("To pay", sum, "line sum"),
  );
}

export function cartPage() {
  const inCart = rows();
  if (!inCart.length) {
    return [
      h("h1", {}, "Your cart"),
      h("p", { class: "empty" }, "It is empty. ", h("a", { href: "/shop" }, "Find something")),
    ];
  }
  return [
    h("h1", {}, "Your cart"),
    h(
      "div",
      { class: "columns" },
      h("ul", { class: "cart" }, inCart.map(cartRow)),
      h(
        "aside",
        { class: "panel" },
        summary(),
        h("a", { class: "button wide", href: "/checkout" }, "Check out"),
      ),
    ),
  ];
}

/** Columns: name, label, type, autocomplete, further attributes. */
const FIELDS = {
  You: [
    ["name", "Full name", "text", "name", {}],
    ["email", "Email", "email", "email", {}],
    ["password", "Password for your account", "password", "new-password", { minlength: "8" }],
  ],
  Delivery: [
    ["address", "Street and number", "text", "street-address", {}],
    ["postcode", "Postcode", "text", "postal-code", { class: "half" }],
    ["city", "City", "text", "address-level2", { class: "half" }],
  ],
  Payment: [
    ["card", "Card number", "text", "cc-number", { inputmode: "numeric" }],
    ["expiry", "Expires", "text", "cc-exp", { class: "half", placeholder: "MM / YY" }],
    ["cvc", "Security code", "text", "cc-csc", { class: "half", inputmode: "numeric" }],
  ],
};

function field([name, label, type, autocomplete, { class: width, ...more }]) {
  return h(
    "label",
    { class: width },
    h("span", {}, label),
    h("input", { name, type, autocomplete, required: true, ...more }),
  );
}

export function checkoutPage() {
  if (!rows().length) return cartPage();
  const order = (event) => {
    event.preventDefault();
    emptyCart();
    go(`/order/${1000 + Math.floor(Math.random() * 9000)}`, { replace: true });
  };
  const groups = Object.entries(FIELDS).map(([title, fields]) =>
    h("fieldset", {}, h("legend", {}, title), fields.map(field)),
  );
  const note = h(
    "label",
    { class: "check" },
    h("input", { type: "checkbox", name: "news" }),
    h("span", {}, "Tell me when the kiln is opened"),
  );
  return [
    h("h1", {}, "Check out"),
    h(
      "form",
      { class: "columns", submit: order },
      h("div", { class: "checkout" }, groups, note),
      h(
        "aside",
        { class: "panel" },
        summary(),
        h("button", { class: "button wide", type: "submit" }, "Place the order"),
      ),
    ),
  ];
}

export const orderPage = (number) => [
  h(
    "section",
    { class: "thanks" },
    h("span", { class: "tick", "aria-hidden": "true" }, "\u2713"),
    h("h1", {}, "Thank you"),
    h("p", {}, `Your order ${number} is in our hands. We pack it tomorrow.`),
    h("a", { class: "button", href: "/shop" }, "Keep looking"),
  ),
];
