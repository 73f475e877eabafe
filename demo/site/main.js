/** Puts the shop together. */
import { homePage, productPage, shopPage } from "./browse.js";
import { cartPage, checkoutPage, orderPage } from "./buy.js";
import { totals } from "./cart.js";
import { findProduct } from "./catalogue.js";
import { h } from "./elements.js";
import { go, route, show, startRouter } from "./router.js";

const main = document.querySelector("main");
const searchForm = document.querySelector(".search");

function fill(title, content) {
  document.title = `${title}: Fieldware`;
  main.replaceChildren(...content);
}

const missing = () => [
  h("h1", {}, "Not on our shelves"),
  h("p", { class: "empty" }, h("a", { href: "/shop" }, "See everything that is")),
];

route(/^\/$/, () => fill("Stoneware", homePage()));
route(/^\/shop$/, (_, query) =>
  fill("Shop", shopPage(query.get("q") ?? "", query.get("category") ?? "")),
);
route(/^\/product\/([a-z-]+)$/, ([, slug]) => {
  const product = findProduct(slug);
  fill(product?.name ?? "Not found", product ? productPage(product) : missing());
});
route(/^\/cart$/, () => fill("Cart", cartPage()));
route(/^\/checkout$/, () => fill("Check out", checkoutPage()));
route(/^\/order\/(\d+)$/, ([, number]) => fill("Thank you", orderPage(number)));
route(/^/, () => fill("Not found", missing()));

searchForm.addEventListener("submit", (event) => {
  event.preventDefault();
  go(`/shop?${new URLSearchParams({ q: searchForm.q.value })}`);
});

document.addEventListener("cart", () => {
  document.querySelector(".count").textContent = totals().count;
  if (location.pathname === "/cart") show();
});

document.querySelector("#break").addEventListener("click", () => {
  throw new TypeError("The kiln is not a function");
});

document.querySelector(".count").textContent = totals().count;
startRouter();
