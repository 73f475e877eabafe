"""Places: where a page may hold a secret, as the pieces from which random pages are built.

`@` in a piece stands for a placeholder of its own; the generator writes one for each.
"""

from typing import Final


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


TAGS: Final = _words(
    "p div span a b em li ul td tr table section article h1 h2 label button legend summary "
    "details dl dt dd pre code figure figcaption blockquote q abbr time data output option "
    "select optgroup textarea fieldset form nav main aside header footer address mark small "
    "center font dialog x-card ruby math svg text g foreignObject canvas noscript template "
    "object video audio picture slot menu search bdo marquee "
)
VOID_TAGS: Final = _words("input img meta link source area embed track param ")
ATTRIBUTES: Final = _words(
    "title alt placeholder label summary value content name id class for list slot part "
    "href src srcset action formaction poster cite ping data download aria-label aria- "
    "description aria-placeholder aria-valuetext aria-roledescription aria-labelledby aria- "
    "current aria-expanded aria-hidden role type dir lang data-id data-user data-state "
    "data-theme data-size data-variant data-seal style _csstext rr_src rr_dataurl rr_width "
    "media width height x y d points viewbox transform fill stroke offset color bgcolor "
    "align cols colspan pattern autocomplete accesskey nonce onclick onerror srcdoc "
    "itemprop itemid xlink:href hreflang target rel sizes usemap coords axis headers abbr "
    "face background longdesc checked selected hidden disabled open contenteditable popover "
    "is exportparts @click v-model :key hx-get "
)
INPUT_TYPES: Final = _words(
    "text password hidden search email url tel number checkbox radio file submit button "
    "reset image range color date unknown "
)
# What a secret may stand in: alone, among words, in data, in an address, in code.
DRESSES: Final = (
    "@",
    "@",
    "Dear @,",
    "a @ b",
    "x@",
    "@-1",
    "user_@",
    "#@",
    "/u/@?q=@#@",
    "https://h.example/@",
    "data:text/plain,@",
    "javascript:go('@')",
    "url(/i/@.png)",
    "{&quot;k&quot;:&quot;@&quot;}",
    "color:red;--a:@;content:'@'",
    "@ @",
    "1 @ 2",
    ".@{content:'@'}",
    "/*seal*/@",
    "12px @",
    "&lt;p&gt;@&lt;/p&gt;",
)
RULES: Final = (
    '.@::before{content:"@"}',
    '#@>[title="@"]{color:red}',
    '[data-x~=@],[value*="@" i]{background:url(/i/@.png)}',
    ":root{--@:@;--b:'@'}",
    "@import url(/c/@.css);",
    "/* @ */ p{font-family:@,'@'}",
    "[at]keyframes @{from{content:'@'}}",
    "[at]font-face{font-family:'@';src:url(/f/@),local('@')}",
    "[at]media (min-width:1px) and (@){.@{color:@}}",
    "[at]layer @;[at]container @ (min-width:1px){p{color:red}}",
    "[at]supports (@:@){p{color:@}}",
    "[at]property --@{syntax:'@';initial-value:@}",
    "p:is(.@):not(#@):lang(@)::part(@){quotes:'@' '@'}",
    "p{grid-template-areas:'@ @';animation:@ 1s;container-name:@;anchor-name:--@}",
    "p{color:red;&[data-n='@'] .@{color:red}}",
    "p{content:'@",
    "p{background:url(@",
    "/* @",
    "p{mask:image-set('@' 1x),src('@');filter:url(#@)}",
    "p::after{content:attr(@) counter(@) '\\41 @'}",
    "[at]@ @{@:@}",
    "p{width:@px;color:#@;@:@;--c:{@:[@]}}",
)
# Changes of a page: `node` is an element, `root` a place to put things into.
ACTS: Final = (
    "node.textContent = `@`",
    "node.innerHTML = `<b title='@'>@</b><!--@-->`",
    "node.append(`@`)",
    "node.prepend(make('p', { title: `@`, textContent: `@` }))",
    "node.setAttribute('@attr', `@`)",
    "node.setAttribute('@attr', `@`); node.setAttribute('@attr', `@`)",
    "node.setAttribute('data-@', `@`)",
    "node.id = `@`; node.className = `@ b @`",
    "node.style?.setProperty('--@', `@`)",
    "if (node.style) node.style.cssText = `content:'@';background:url(/@)`",
    "node.style?.setProperty('content', `'@'`)",
    "node.insertAdjacentHTML('afterend', `<input value='@' title='@'><textarea>@</textarea>`)",
    "node.before(document.createComment(`@`), `@`)",
    "if (node.firstChild?.data) node.firstChild.data = `@`",
    "node.firstChild?.insertData?.(0, `@`)",
    "node.replaceWith(make('h2', { textContent: `@` }))",
    "node.cloneNode(true).textContent = `@`; node.after(node.cloneNode(true))",
    "document.title = `@`",
    "history.pushState({}, '', `/bare/random/{{secret:change/path}}/{{number:change/path}}?q=@#@`)",
    "location.hash = `@`",
    "setTimeout(() => { throw new Error(`@`) }); await tick()",
    "Promise.reject(`@`); await tick()",
    "console.error(`@`, { a: `@` })",
    "sheet().insertRule(`.@::before{content:'@'}`)",
    "sheet().insertRule(`[title='@']{--@:'@'}`)",
    "sheet().cssRules[0].style.setProperty('--@', `@`)",
    "sheet().cssRules[0].style.content = `'@'`",
    "adopt(`.@{content:'@'}`)",
    "style.textContent = `.@::after{content:'@'}p{color:red}`",
    "style.append(`p{--x:'@'}`)",
    "root.append(make('style', { textContent: `p{quotes:'@' '@'}` }))",
    "shadow().innerHTML = `<p title='@'>@</p><input value='@'><style>p{content:'@'}</style>`",
    "shadow().append(`@`)",
    "field.value = `@`; fire(field)",
    "field.type = 'password'; field.value = `@`; fire(field); field.type = 'text'; fire(field)",
    "field.setAttribute('value', `@`); field.placeholder = `@`",
    "field.autocomplete = 'cc-number'; field.value = `@`; fire(field)",
    "area.value = `@`; fire(area); area.textContent = `@`",
    "root.innerHTML += `<select><option value='@' label='@'>@</option></select>`",
    "await frame(`<title>@</title><p title='@'>@</p><input value='@'><style>@{}</style>`)",
    "root.append(Object.assign(new Image(9, 9), { src: `/i/@.png`, alt: `@` }))",
    "root.insertAdjacentHTML('beforeend', `<svg><text id='@'>@</text><a href='/@'/></svg>`)",
    "root.insertAdjacentHTML('beforeend', `<div contenteditable>@</div><pre>@</pre>`)",
    "root.insertAdjacentHTML('beforeend', `<x-@ name='@'>@</x-@>`)",
    "customElements.define('y-@', class extends HTMLElement {})",
    "getSelection().selectAllChildren(node); node.title = `@`",
    "context.fillText(`@`, 1, 9); context.fillStyle = `@`",
    "localStorage.setItem(`@`, `@`); document.cookie = `a=@`",
    "await fetch(`/api/@?q=@`, { method: 'POST', body: `@` })",
    "node.remove()",
)
