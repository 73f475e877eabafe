// Generated from lib/privacy/rules.json by tests/vectors/rules_ts.py.
// biome-ignore-all format: generated
export const WORDS = "A3dAaBbsoluteBccentCtionEveBddressCjustBfterBlignClDowedCternateBnchorCdCimationCtialiasedCyDwhereBppearanceDleBreaEsCialCoundCticleBsideCpectBtBudioCtoBvailableAbBackdropEfaceEgroundClanceCselineDisBeforeChaviorCtweenCzierBlackCendCinkmacsystemfontCockFquoteCueDrBodyCldEerCrderCthDtomCxBrCeakButtonAcalcCncelDvasCpitalizeDtionBcBellCnterBhCangeCeckboxFedCildBircleBlearCipEpathCosedBmBoarseCdeClDgroupDlapseIdDorDumnGsCnsolasDtainHerEentErastFolCuntDrierCverBrosshairBscBubicCrrentHcolorDsorAdarkCsharrayEedCtalistDeEtimeBdBecimalDorationCfaultDsCgClayCnseCtailsCviceBialogCrectionCsabledDcDplayCvBlBottedCubleBropBtBurationBvhAeBaseBllipseGisBmCailCptyBnabledCdCvBvenElyEoddEtsBxCpDandedAfaceClseCmilyBeatureBieldsetCgcaptionDureCleDlDterCneCrstCtCxedBlexCoatDwBocusCntCoterCreignobjectDmDwardsBrComBullscreenCnctionAgBapBeorgiaBrabDdientDyCeenDyCidCowButterAh1B2B3B4B5B6BasBeadEerCightClpDveticaBiddenBorizontalCstCverBrBslDaBtmlByphensAiBframeBmageCgCportGantBnCdentExCfiniteCheritCitialClineCnerCputCsetDideCvalidBsColationBtalicCemEsDrationAjustifyAkeepCyframesAlabelCndscapeDgCstCyerDoutBeftCgendCtterBiCghtFerCneEarGgradientEcapEjoinDkCstBocalEtionCoseCwercaseBrBtrAmainCndatoryDipulationDualCrginDkEerCskCtrixCxBediaEumCetCnloDuCtaDerBiddleCnDmaxCxedBmBodeCnacoDospaceDthCtionCveCzBsAnBameCvBeueCwBoCneDzeroCrmalCscriptCtDoCwrapBthBumberAobjectGboundingboxBddBfCfsetBlBneClyBpacityCenCtgroupDionGalBrCangeCderCientGationDginButDerDlineDsideBverflowApBaddingCgeCnCsswordCthDternCusedBerspectiveBictureBlaceFholderDintextDyBointerCliteDygonElineCrtraitCsitionBreDfersDserveDttyCintCogressBtBxAradDialGgradientEoEusCngeCtioBeadCctCdDuceGdClativeCmCnderingCpeatCquiredCsetDizeDolutionCverseFtBgbDaBightBlBobotoCotCtateGxGyCundCwDsBtlBuleCnningAsBafeCnsBcaleFxFyChemeCreenDollGbarBearchCctionCgoeClectGionGorDfCrifCttingsBhadowDpeCownCrinkBizeDingBkewBliceCotBmallCoothGingBnapBolidCurceBpaceEingDnCinnerBquareBtartDteEicCepEsCickyCopCretchDictDokeEngCyleBubDmitCmmaryCpDerDportsBvgChBymbolCstemAtabDleChomaCrgetBbCodyBdBelCmplateCxtEareaBfootBhCeadCickFnessDnCroughCumbBimeEsDingCtleBoCggleCpCuchBrCackDnsformFitionFlateJ3dJxJyFparentCueBspanBurnBypeAuBiBlBnderlineCsetBppercaseBseDrEspaceonuseAvalidCrDiantBerdanaDticalBhBideoCsibilityFleEtedBwAwaitBebkitCekCightBhereCiteBidthCllCthinBordBrapEpingCitingAxBmidymidDnyminAyBellowAzBoom";
export const TAGS = "AabbrBcronymAbdiCoBigAciteAdataBelCscBfnBirAfeblendCcolormatrixEmponenttransferHsiteCdropshadowCfuncaGbGgGrCgaussianblurCmergeHnodeCoffsetAhgroupAinsAkbdAlistingAmapCrqueeBenuitemCtadataAnobrAoutputAqArbBpBtCcBubyAsampBtrikeBwitchAtextpathBtAviewAwbrAxmp";
export const KINDS: Record<string, string> = {
  "names": "class for id list name part slot",
  "values": "bgcolor border cellpadding cellspacing clip-path clip-rule color cols colspan cx cy display dominant-baseline dx dy fill fill-opacity fill-rule filter font-family font-size font-weight gradienttransform gradientunits height mask media offset opacity overflow preserveaspectratio r rows rowspan rr_height rr_scrollleft rr_scrolltop rr_width rx ry size span stop-color stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-opacity stroke-width text-anchor transform viewbox visibility width x x1 x2 y y1 y2",
  "states": "align aria-current aria-disabled aria-expanded aria-hidden aria-orientation aria-pressed aria-selected contenteditable data-active data-align data-bs-theme data-disabled data-mode data-open data-orientation data-position data-side data-size data-state data-theme data-variant dir popover role rr_open_mode type valign wrap",
  "paths": "d points",
  "flags": "controls data-rr-is-password disabled hidden inert multiple nowrap open readonly required reversed",
  "texts": "alt aria-description aria-label aria-placeholder aria-roledescription label placeholder summary title",
  "inputs": "aria-valuetext value",
  "choices": "checked selected",
  "styles": "_csstext style",
  "links": "href xlink:href",
  "images": "src"
};
export const RENAME: Record<string, string> = {
  "script": "noscript",
  "base": "noscript",
  "object": "img",
  "embed": "img",
  "frame": "iframe",
  "image": "g"
};
export const BLOCKS = "media supports keyframes -webkit-keyframes layer container font-face page starting-style scope";
export const FILES = "html htm php asp aspx jsp do min js mjs css json xml svg png jpg webp pdf";
export const NEVER_TYPES = "password hidden file";
export const NEVER_AUTOCOMPLETE = "cc- one-time-code current-password new-password";
export const NEVER_NAMES = "token secret password passwort kennwort passwd pswd passphrase pwd pass pin otp code key apikey sig signature auth authorization session sid jwt refresh credential cookie cvc cvv iban ssn card cardnumber";
