import { html } from "htm/preact";
import { Notice } from "../../components/notice.js";
import { t } from "../../i18n.js";
import { useLoad } from "../../state/load.js";
import { DEMO, hasDemo } from "../../state/providers.js";
import { Making } from "../making/index.js";
import { clipsOf, exported } from "../making/steps.js";

const SILENT = "silent"; // the only voice of the demo where it does not run

/** @param {any} work */
const clips = (work) => t("demo.clips", { done: clipsOf(work), count: work.scenes.length });

/** @param {any} work */
function written({ scenes }) {
  const seconds = scenes.reduce((/** @type {number} */ sum, /** @type {any} */ scene) => sum + (scene.duration_seconds ?? 0), 0);
  return t("demo.written", { count: scenes.length, seconds: Math.round(seconds) });
}

/** @param {any} work */
const voices = (work) => t("demo.voices", { done: voicesOf(work), count: linesOf(work) });

/** Scenes in which something is said. @param {any} work */
const linesOf = ({ scenes }) => scenes.filter((/** @type {any} */ { narration }) => narration?.text).length;

/** Scenes that have their voice. @param {any} work */
const voicesOf = ({ generatedScenes }) =>
  generatedScenes.filter((/** @type {any} */ { voiceUrl }) => voiceUrl).length;

const providers = () => DEMO;

/** @type {import("../making/index.js").Recipe} */
const RECIPE = {
  id: "demo",
  texts: "demo",
  parts: [
    {
      kind: "scenario",
      title: "demo.steps.scenario",
      providers,
      isDone: ({ scenes }) => scenes.length > 0,
      summary: written,
    },
    {
      kind: "scenes",
      title: "demo.steps.scenes",
      providers,
      hasPercent: true,
      isDone: (work) => work.scenes.length > 0 && clipsOf(work) >= work.scenes.length,
      detail: clips,
      summary: clips,
    },
    {
      kind: "narration",
      title: "demo.steps.narration",
      providers,
      hasPercent: true,
      isNeeded: ({ sound }) => Boolean(sound),
      isDone: (work) => work.scenes.length > 0 && voicesOf(work) >= linesOf(work),
      detail: voices,
      summary: voices,
    },
    {
      kind: "music",
      title: "demo.steps.music",
      providers,
      isNeeded: ({ sound }) => Boolean(sound),
      isDone: ({ editorState }) => Boolean(editorState.audioUrl),
      summary: () => t("demo.withMusic"),
    },
    {
      kind: "export",
      title: "demo.steps.export",
      hasPercent: true,
      order: ({ sound }) => (sound ? { options: { captions: "burn", loudness: true } } : {}),
      isDone: (_, exports) => exports.length > 0,
      summary: exported,
    },
  ],
  isHeard: true,
  stateOf: (_, made) => {
    const state = made?.status ?? "pending";
    return { text: t(`demo.sceneStates.${state}`), isFailed: state === "error" };
  },
  wordsOf: ({ narration, image_prompt }) => narration?.text ?? image_prompt,
  Note: Placeholders,
};

/** @param {{video: any}} props */
function Placeholders({ video }) {
  if (hasDemo.value === false && !video) return null;
  return html`<${Notice}>
      <strong>${t("demo.placeholders")}</strong> ${t("demo.placeholdersText")}${" "}
      ${hasDemo.value !== false && html`<a href="/settings/providers">${t("common.addKey")}</a>`}
    <//>
    ${hasDemo.value && html`<${Silence} />`}`;
}

/** Says that the demo does not speak, if its voices do not run on the server. */
function Silence() {
  const { data } = useLoad(async () => (await import("../../state/voices.js")).listVoices({ provider: "demo" }), []);
  return data?.length === 1 && data[0].id === SILENT ? html`<${Notice} kind="warning">${t("demo.silent")}<//>` : null;
}

/**
 * Makes a demo video and shows its steps.
 * @param {{params: {project: string, work: string}}} props
 */
export default function Demo({ params }) {
  return html`<${Making} recipe=${RECIPE} params=${params} />`;
}
