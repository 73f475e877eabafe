import { defineConfig } from "vite";

/** Fonts are inlined so that the policy can refuse every font, image and style sheet request, even to our own origin. */
const INLINE_ASSET_BYTES = 96 * 1024;

export default defineConfig({
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  build: {
    target: "es2022",
    assetsInlineLimit: INLINE_ASSET_BYTES,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
});
