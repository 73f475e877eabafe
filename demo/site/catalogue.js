/** What the shop sells. Prices are in cents. */

export const CATEGORIES = [
  { id: "cups", name: "Cups" },
  { id: "bowls", name: "Bowls" },
  { id: "plates", name: "Plates" },
  { id: "pouring", name: "Pouring" },
  { id: "vases", name: "Vases" },
];

const GLAZES = {
  moss: { name: "Moss", colour: "#6f8f5f", shade: "#56734a" },
  clay: { name: "Clay", colour: "#c9825b", shade: "#a96643" },
  chalk: { name: "Chalk", colour: "#e6ddcc", shade: "#c9bda6" },
  dusk: { name: "Dusk", colour: "#5f7396", shade: "#485a7a" },
  honey: { name: "Honey", colour: "#d9a441", shade: "#b8862b" },
  plum: { name: "Plum", colour: "#7d5566", shade: "#62404f" },
};

/** Columns: slug, name, category, shape, glaze, price, what it is. */
const ROWS = [
  [
    "meadow-mug",
    "Meadow mug",
    "cups",
    "mug",
    "moss",
    2400,
    "A roomy mug, 350 ml, with a handle for three fingers.",
  ],
  [
    "harvest-mug",
    "Harvest mug",
    "cups",
    "mug",
    "clay",
    2400,
    "The same generous mug in warm, unglazed-looking clay.",
  ],
  [
    "morning-cup",
    "Morning cup",
    "cups",
    "tumbler",
    "honey",
    1800,
    "A small cup without a handle, for coffee that will not last.",
  ],
  [
    "harbour-tumbler",
    "Harbour tumbler",
    "cups",
    "tumbler",
    "dusk",
    1900,
    "Straight-sided, stackable, safe in the dishwasher.",
  ],
  [
    "breakfast-bowl",
    "Breakfast bowl",
    "bowls",
    "bowl",
    "chalk",
    2800,
    "Deep enough for porridge, wide enough for fruit.",
  ],
  [
    "noodle-bowl",
    "Noodle bowl",
    "bowls",
    "bowl",
    "dusk",
    3600,
    "A tall foot keeps the heat away from your hands.",
  ],
  [
    "orchard-bowl",
    "Orchard bowl",
    "bowls",
    "bowl",
    "clay",
    6400,
    "A serving bowl, 28 cm across, for the middle of the table.",
  ],
  [
    "supper-plate",
    "Supper plate",
    "plates",
    "plate",
    "moss",
    3200,
    "A flat rim and a shallow well, 26 cm across.",
  ],
  [
    "toast-plate",
    "Toast plate",
    "plates",
    "plate",
    "honey",
    2200,
    "For breakfast and for cake, 18 cm across.",
  ],
  [
    "winter-plate",
    "Winter plate",
    "plates",
    "plate",
    "plum",
    3200,
    "A dark glaze that breaks to brown along its edge.",
  ],
  [
    "quiet-teapot",
    "Quiet teapot",
    "pouring",
    "teapot",
    "chalk",
    7800,
    "Pours without a drip; holds four cups.",
  ],
  [
    "evening-teapot",
    "Evening teapot",
    "pouring",
    "teapot",
    "plum",
    8200,
    "The same pot in plum, with a bamboo handle.",
  ],
  [
    "milk-jug",
    "Milk jug",
    "pouring",
    "jug",
    "dusk",
    2600,
    "Half a litre, and a spout that means it.",
  ],
  [
    "field-vase",
    "Field vase",
    "vases",
    "vase",
    "honey",
    4800,
    "A narrow neck for a handful of wild stems.",
  ],
  [
    "river-vase",
    "River vase",
    "vases",
    "vase",
    "moss",
    5200,
    "Tall and calm. Holds water, obviously.",
  ],
  [
    "chalk-bud-vase",
    "Chalk bud vase",
    "vases",
    "vase",
    "chalk",
    2900,
    "For the one flower that you picked on the way home.",
  ],
];

export const PRODUCTS = ROWS.map(([slug, name, category, shape, glaze, price, about]) => ({
  slug,
  name,
  category,
  shape,
  glaze: GLAZES[glaze],
  price,
  about,
}));

export const findProduct = (slug) => PRODUCTS.find((product) => product.slug === slug);

/** Products of a category (or all) in whose name, text or glaze every word of `query` occurs. */
export function search(query, category) {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  return PRODUCTS.filter((product) => {
    if (category && product.category !== category) return false;
    const text = `${product.name} ${product.about} ${product.glaze.name}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

export const money = (cents) =>
  new Intl.NumberFormat("en", { style: "currency", currency: "EUR" }).format(cents / 100);
