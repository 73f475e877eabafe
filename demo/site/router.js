/** Client-side navigation: one handler per path pattern. */

const routes = [];

/** Shows `view(match, query)` where `pattern` matches the path. */
export const route = (pattern, view) => routes.push({ pattern, view });

export function show() {
  const { pathname, search } = location;
  for (const { pattern, view } of routes) {
    const match = pattern.exec(pathname);
    if (match) return view(match, new URLSearchParams(search));
  }
}

export function go(path, { replace = false } = {}) {
  history[replace ? "replaceState" : "pushState"]({}, "", path);
  show();
  window.scrollTo(0, 0);
}

/** Turns clicks on the shop's own links into navigation. */
export function startRouter() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='/']");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button) return;
    event.preventDefault();
    go(link.getAttribute("href"));
    document.querySelector("main").focus({ preventScroll: true });
  });
  addEventListener("popstate", show);
  show();
}
