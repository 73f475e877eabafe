/** Pages on which one looks around: the catalogue and a product. */
import { picture } from "./art.js";
import { addToCart } from "./cart.js";
import { CATEGORIES, findProduct, money, PRODUCTS, search } from "./catalogue.js";
import { h } from "./elements.js";
import { go } from "./router.js";

const card = (product) =>
  h(
    "li",
    { class: "card" },
    h(
      "a",
      { href: `/product/${product.slug}` },
      h("div", { class: "art" }, picture(product)),
      h("h3", {}, product.name),
      h("p", { class: "sub" }, `${product.glaze.name} glaze`),
      h("p", { class: "price" }, money(product.price)),
    ),
  );

const grid = (products) => h("ul", { class: "grid" }, products.map(card));

function tabs(current, query) {
  const link = (id, name) => {
    const parameters = new URLSearchParams({
      ...(id && { category: id }),
      ...(query && { q: query }),
    });
    const chosen = id === current && "page";
    return h("a", { href: `/shop?${parameters}`, "aria-current": chosen }, name);
  };
  const all = CATEGORIES.map(({ id, name }) => link(id, name));
  return h("nav", { class: "tabs", "aria-label": "Categories" }, link("", "Everything"), all);
}

export function homePage() {
  const featured = ["meadow-mug", "quiet-teapot", "orchard-bowl", "field-vase"].map(findProduct);
  return [
    h(
      "section",
      { class: "hero" },
      h(
        "div",
        {},
        h("h1", {}, "Stoneware for everyday tables"),
        h(
          "p",
          {},
          "Thrown in small batches, glazed by hand, made to be used and not to be kept for best.",
        ),
        h("a", { class: "button", href: "/shop" }, "Browse the shop"),
      ),
      h("div", { class: "hero-art", "aria-hidden": "true" }, featured.slice(0, 3).map(picture)),
    ),
    h("h2", {}, "From the kiln this week"),
    grid(featured),
  ];
}

export function shopPage(query, category) {
  const found = search(query, category);
  const title = CATEGORIES.find(({ id }) => id === category)?.name ?? "Everything";
  const count = found.length === 1 ? "1 piece" : `${found.length} pieces`;
  return [
    h("div", { class: "title" }, h("h1", {}, query ? `“${query}”` : title), h("p", {}, count)),
    tabs(category, query),
    found.length
      ? grid(found)
      : h(
          "p",
          { class: "empty" },
          "Nothing by that name. ",
          h("a", { href: "/shop" }, "See everything"),
        ),
  ];
}

export function productPage(product) {
  const add = () => {
    addToCart(product.slug);
    go("/cart");
  };
  const others = PRODUCTS.filter(
    (other) => other.category === product.category && other !== product,
  );
  return [
    h(
      "p",
      { class: "crumbs" },
      h("a", { href: "/shop" }, "Shop"),
      " / ",
      h(
        "a",
        { href: `/shop?category=${product.category}` },
        CATEGORIES.find(({ id }) => id === product.category).name,
      ),
    ),
    h(
      "article",
      { class: "product" },
      h("div", { class: "art" }, picture(product)),
      h(
        "div",
        {},
        h("h1", {}, product.name),
        h("p", { class: "price" }, money(product.price)),
        h("p", {}, product.about),
        h(
          "dl",
          { class: "facts" },
          h("dt", {}, "Glaze"),
          h("dd", {}, product.glaze.name),
          h("dt", {}, "Care"),
          h("dd", {}, "Dishwasher and oven safe"),
          h("dt", {}, "Sent"),
          h("dd", {}, "Within two days"),
        ),
        h("button", { class: "button", type: "button", click: add }, "Add to cart"),
      ),
    ),
    h("h2", {}, "Goes well with"),
    grid(others.slice(0, 4)),
  ];
}
