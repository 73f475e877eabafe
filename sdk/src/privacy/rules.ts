// Generated from lib/privacy/rules.json by tests/vectors/rules_ts.py.
export const WORDS =
  "3d a abbr absolute accent action active address adjust after alert alertdialog align all allowed alpha alternate always anchor and animation anti antialiased any anywhere appearance apple aqua area arial around article ascending aside aspect assertive at attr audio auto autofill available avoid b backdrop backface background backwards balance banner bar baseline basis bdi bdo before behavior beige between bevel bezier big black blend blinkmacsystemfont block blockquote blue blur body bold bolder border both bottom box br break brightness brown bullets butt button calc calendar callout cancel cantarell canvas cap capitalize caption cc cell center ch change charset checkbox checked child circle cite clamp clear clip clippath clone closed closest cm coarse code col colgroup collapse collapsed color column columns combobox conic consolas contain container content contents context contrast coral corner count counter counters courier cover cqi cqw crimson crosshair csc cubic current currentcolor cursive cursor cyan dark darken dasharray dashed dashoffset data datalist date datetime day dd decimal decoration default defined defs deg dejavu del delay dense desc descending details device dfn dialog difference direction disabled disc display div dl dominant dotted double down dpi dppx drag drop dt duration dvh dvw e ease economy edge ellipse ellipsis em email embed emoji emphasis empty enabled end env even evenly evenodd events ew ex exact exp expanded face fallback false family fantasy farthest feature feblend fecolormatrix fecomposite fedropshadow feflood fegaussianblur femerge femergenode feoffset fields fieldset figcaption figure file fill filter fine first fit fixed flat flex float flow focus focusring font footer foreignobject form format forwards fr fraction from full fullscreen g gap geometricprecision georgia glow gold grab grabbing gradient gray grayscale green grey grid gridcell groove group grow gutter h1 h2 h3 h4 h5 h6 hanging has head header heading height help helvetica hgroup hidden highlight horizontal host hour hover hr hsl hsla html hue hwb hyphens i ie iframe image img import important in increment indent indeterminate index indigo infinite inherit initial ink inline inner input ins inset inside instant interactive invalid invert is isolate isolation italic item items iter iteration ivory jump justify kbd keep kerning key keyframes khaki lab label landscape lang last lavender layer layout lch leading left legend less letter li liberation ligatures light lighten lighter lime limit line linear lineargradient linecap linejoin lines lining link list listbox local location log loose lower lowercase lr ltr luminosity lvh magenta main mandatory manipulation manual map margin mark marker maroon mask match matrix matrix3d max media medium meet menlo menu menuitem meta meter middle min minmax minute miter miterlimit mix mixed mm modal mode model monaco monospace month more motion move moz ms multiply n name nav navigation navy nesw neue new no none nonzero normal noscript not noto nowrap ns nth number numeric nums nwse o object objectboundingbox oblique odd of off offset oklab oklch ol oldstyle olive on one only opacity open optgroup optimizelegibility optimizespeed option optional or orange order orient orientation origin orphans osx out outline output outset outside over overflow overlay overscroll oxygen p pack padding page paint pan parent part password path pattern paused pc perspective picker picture pinch pink place placeholder plaintext play pointer polite polygon polyline popover portrait position pre preference prefers presentation preserve pretty print progress progressbar property proximity pt purple px q quotes rad radial radialgradient radio radius range ratio read rect red reduce reduced region relative rem render rendering repeat required reset resize resolution results reverse revert rgb rgba ridge right rl roboto roman root rotate rotate3d rotatex rotatey rotatez round row rows rp rt rtl ruby rule runnable running s safe salmon samp sans saturate scale scale3d scalex scaley scheme scope screen scroll scrollbar search section segoe select selection selector self separation separator sepia serif set settings sfmono shadow shape shown shrink side sideways silver size sizing skew skewx skewy skip slice slider slot slotted small smooth smoothing snap solid source sourcealpha sourcegraphic space spacing span speed spin spinner square srgb stable stack start starting static status step steps sticky stop strategy stretch strict strike stroke strong style sub subgrid submit subpixel summary sup supports svg svh swap swatch switch symbol system tab table tables tablist tabpanel tabular tahoma tap target tb tbody td teal tel template text textarea textfield textpath tfoot th thead thick thickness thin through thumb time times timing title to toggle tomato toolbar tooltip top touch tr track transform transition translate translate3d translatex translatey translatez transparent trebuchet tree treeitem true truetype tspan tt turn type u ubuntu ui ul under underline unicode unset upload upper uppercase url use user userspaceonuse valid var variant verdana vertical vh video violet visibility visible visited visual vmax vmin vw wait wave wbr webkit week weight where white widows width will within woff woff2 word wrap wrapper wrapping write writing x xmaxymax xmaxymid xmidymax xmidymid xmidymin xminymin y yellow z zoom";
export const KINDS: Record<string, string> = {
  names:
    "aria-activedescendant aria-controls aria-describedby aria-labelledby aria-owns class for form headers id list name part slot",
  values:
    "align alignment-baseline aria-busy aria-current aria-disabled aria-expanded aria-haspopup aria-hidden aria-modal aria-orientation aria-pressed aria-selected aria-sort bgcolor border cellpadding cellspacing clear clip-path clip-rule clippathunits color color-interpolation-filters cols colspan contenteditable cx cy data-active data-align data-bs-theme data-color-mode data-color-scheme data-disabled data-mode data-open data-orientation data-placement data-position data-side data-size data-state data-theme data-variant dir display dominant-baseline dx dy fill fill-opacity fill-rule filter flood-color flood-opacity font-family font-size font-style font-weight frame fx fy gradienttransform gradientunits height in in2 k1 k2 k3 k4 lengthadjust letter-spacing marker-end marker-mid marker-start markerheight markerunits markerwidth mask maskcontentunits maskunits media mode offset opacity operator orient overflow pathlength patterncontentunits patterntransform patternunits pointer-events popover preserveaspectratio r refx refy result role rotate rows rowspan rr_height rr_mediacurrenttime rr_mediaplaybackrate rr_mediastate rr_mediavolume rr_open_mode rr_scrollleft rr_scrolltop rr_width rules rx ry shape-rendering size span spreadmethod start startoffset stddeviation stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor textlength transform type valign values vector-effect version viewbox visibility width wrap x x1 x2 y y1 y2",
  paths: "d points",
  flags:
    "controls data-rr-is-password disabled hidden inert multiple noshade novalidate nowrap open readonly required reversed rr_medialoop rr_mediamuted",
  texts:
    "alt aria-description aria-label aria-placeholder aria-roledescription aria-valuetext label placeholder summary title",
  inputs: "value",
  choices: "checked selected",
  styles: "_csstext style",
  links: "href xlink:href",
  images: "rr_dataurl src",
};
export const RENAME: Record<string, string> = {
  script: "noscript",
  base: "noscript",
  object: "canvas",
  embed: "canvas",
  applet: "canvas",
  portal: "canvas",
  frame: "iframe",
  frameset: "div",
  image: "g",
  animate: "g",
  set: "g",
  animatemotion: "g",
  animatetransform: "g",
  handler: "g",
  listener: "g",
  math: "span",
};
export const BLOCKS =
  "media supports keyframes -webkit-keyframes layer container font-face page starting-style scope";
export const NEVER_TYPES = "password hidden";
export const NEVER_AUTOCOMPLETE = "cc- one-time-code current-password new-password";
export const NEVER_QUERY =
  "token access_token id_token refresh_token code password passwd pwd secret key api_key apikey sig signature auth session sid jwt otp";
