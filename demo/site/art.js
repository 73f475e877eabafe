/** Pictures of the products: drawn, so that the shop loads nothing. */
import { create } from "./elements.js";

/** Each shape on a 200 by 200 canvas: `body` takes the glaze, `shade` the darker one. */
const SHAPES = {
  mug: {
    body: "M52 62h80v66a28 28 0 0 1-28 28H80a28 28 0 0 1-28-28Z",
    shade: "M132 76h12a24 24 0 0 1 0 54h-12v-14h10a11 11 0 0 0 0-26h-10Z",
    rim: [92, 62, 40, 8],
  },
  tumbler: {
    body: "M62 56h76l-8 92a12 12 0 0 1-12 11H82a12 12 0 0 1-12-11Z",
    shade: "M67 112h66l-3 36a12 12 0 0 1-12 11H82a12 12 0 0 1-12-11Z",
    rim: [100, 56, 38, 8],
  },
  bowl: {
    body: "M36 84h128c0 40-22 66-64 66S36 124 36 84Z",
    shade: "M78 148h44l6 14H72Z",
    rim: [100, 84, 64, 12],
  },
  plate: {
    body: "M28 134a72 34 0 1 0 144 0a72 34 0 1 0-144 0Z",
    shade: "M52 132a48 20 0 1 0 96 0a48 20 0 1 0-96 0Z",
    rim: [100, 130, 44, 17],
  },
  teapot: {
    body: "M54 104a46 42 0 1 0 92 0a46 42 0 1 0-92 0Z",
    shade: "M56 98 28 76l-8 8 38 44ZM60 70c0-44 80-44 80 0h-9c0-30-62-30-62 0Z",
    rim: [100, 66, 24, 7],
  },
  jug: {
    body: "M66 52h62l-4 24c18 14 22 30 22 46 0 24-20 36-46 36s-46-12-46-36c0-16 6-32 22-46Z",
    shade: "M66 52 50 44l18 30ZM136 74h10c26 4 26 56-4 62v-12c14-6 14-34 0-38h-4Z",
    rim: [97, 52, 31, 7],
  },
  vase: {
    body: "M84 40h32l-4 34c28 14 32 32 32 50 0 22-16 36-44 36s-44-14-44-36c0-18 4-36 32-50Z",
    shade: "M57 118c20 10 66 10 86 0 4 28-14 42-43 42s-47-14-43-42Z",
    rim: [100, 40, 16, 5],
  },
};

/** An SVG element that shows `product`. */
export function picture({ shape, glaze, name }) {
  const { body, shade, rim } = SHAPES[shape];
  const [cx, cy, rx, ry] = rim;
  const svg = (tag, attributes, ...children) =>
    create(tag, attributes, children, "http://www.w3.org/2000/svg");
  return svg(
    "svg",
    { viewBox: "0 0 200 200", role: "img", "aria-label": `${name}, ${glaze.name} glaze` },
    svg("ellipse", { cx: 100, cy: 162, rx: 62, ry: 9, class: "ground" }),
    svg("path", { d: shade, fill: glaze.shade }),
    svg("path", { d: body, fill: glaze.colour }),
    ...(shape === "mug" || shape === "jug" || shape === "teapot"
      ? []
      : [svg("path", { d: shade, fill: glaze.shade, opacity: 0.55 })]),
    svg("ellipse", { cx, cy, rx, ry, fill: glaze.shade }),
    svg("ellipse", { cx, cy: cy + 1.5, rx: rx - 5, ry: ry - 2.5, class: "inside" }),
  );
}
