/** Starts the console. Styles go in as one inline sheet: the policy refuses every style sheet request. */

import replay from "@rrweb/replay/dist/style.css?inline";
import { render } from "preact";
import { App } from "./app";
import { loadAccount } from "./stores/account";
import base from "./styles/base.css?inline";
import forms from "./styles/forms.css?inline";
import frame from "./styles/frame.css?inline";
import keys from "./styles/keys.css?inline";
import moments from "./styles/moments.css?inline";
import outcomes from "./styles/outcomes.css?inline";
import player from "./styles/player.css?inline";
import posture from "./styles/posture.css?inline";
import rows from "./styles/rows.css?inline";
import seal from "./styles/seal.css?inline";
import settings from "./styles/settings.css?inline";
import table from "./styles/table.css?inline";
import timeline from "./styles/timeline.css?inline";
import tokens from "./styles/tokens.css?inline";
import vault from "./styles/vault.css?inline";
import "./stores/theme";

const sheet = document.createElement("style");
sheet.textContent = [
  replay,
  tokens,
  base,
  frame,
  forms,
  table,
  rows,
  player,
  timeline,
  moments,
  settings,
  keys,
  outcomes,
  posture,
  vault,
  seal,
].join("\n");
document.head.append(sheet);

const root = document.getElementById("app");
if (!root) throw new Error("index.html holds no #app");
render(<App />, root);
void loadAccount();
