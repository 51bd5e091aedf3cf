import { html } from "htm/preact";
import { Notice } from "../../components/notice.js";
import { t } from "../../i18n.js";
import { Making } from "../making/index.js";
import { FILM, PARTS } from "./recipe.js";

const DEMO = "demo"; // the provider

/** @type {import("../making/index.js").Recipe} */
const RECIPE = {
  id: FILM,
  texts: "film",
  parts: PARTS,
  isHeard: true,
  stateOf: ({ narration, text_overlay }, made) => ({ text: t(stateOf(narration && !text_overlay, made)) }),
  wordsOf: ({ narration }) => narration?.text ?? "",
  Note: Machine,
};

/** @param {boolean} isToSpeak whether a voice speaks its line @param {any} made */
function stateOf(isToSpeak, made) {
  if (!made?.imageUrl) return "film.states.waiting";
  if (!isToSpeak) return "film.states.photo";
  return made.voiceUrl ? "film.states.spoken" : "film.states.speaking";
}

/** Says which parts are a machine's. @param {{work: any}} props */
function Machine({ work }) {
  if (work.sound?.narrator?.provider !== DEMO) return null;
  return html`<${Notice}>${t("film.machine")}<//>`;
}

/**
 * Makes a film from photos, and shows its steps.
 * @param {{params: {project: string, work: string}}} props
 */
export default function Film({ params }) {
  return html`<${Making} recipe=${RECIPE} params=${params} />`;
}
