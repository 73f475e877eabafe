/** The cart, kept between visits. */
import { findProduct } from "./catalogue.js";

const NAME = "fieldware.cart";
const SHIPPING_CENTS = 590;
const FREE_FROM_CENTS = 9000;

const load = () => JSON.parse(localStorage.getItem(NAME) ?? "{}");
let quantities = load();

function save() {
  localStorage.setItem(NAME, JSON.stringify(quantities));
  document.dispatchEvent(new Event("cart"));
}

export function setQuantity(slug, quantity) {
  quantities = { ...quantities, [slug]: Math.min(99, quantity) };
  if (quantity < 1) delete quantities[slug];
  save();
}

export const addToCart = (slug) => setQuantity(slug, (quantities[slug] ?? 0) + 1);

export function emptyCart() {
  quantities = {};
  save();
}

/** The rows of the cart, in the order in which they were added. */
export const rows = () =>
  Object.entries(quantities)
    .map(([slug, quantity]) => ({ product: findProduct(slug), quantity }))
    .filter(({ product }) => product);

export function totals() {
  const goods = rows().reduce((sum, { product, quantity }) => sum + product.price * quantity, 0);
  const count = rows().reduce((sum, { quantity }) => sum + quantity, 0);
  const shipping = goods === 0 || goods >= FREE_FROM_CENTS ? 0 : SHIPPING_CENTS;
  return { goods, count, shipping, sum: goods + shipping };
}
