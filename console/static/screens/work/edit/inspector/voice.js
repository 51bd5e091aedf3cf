/** The fields of a voice: where it is heard, what of it, how fast and how loud; and what helps if it does not fit. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button, IconButton } from "../../../../components/button.js";
import { FormDialog } from "../../../../components/dialogs.js";
import { TextArea } from "../../../../components/field.js";
import { Notice, Reason } from "../../../../components/notice.js";
import { PaidButton } from "../../../../components/paid-button.js";
import { formatNumber, t } from "../../../../i18n.js";
import { jobsOf } from "../../../../state/jobs.js";
import { loadProviders } from "../../../../state/providers.js";
import { useRequest } from "../../../../state/request.js";
import { toast } from "../../../../state/toasts.js";
import { clipsInOrder, sceneNumber } from "../../../../timeline/editor-state.js";
import { MAX_SOUND_VOLUME, MAX_VOICE_SPEED, MIN_SECONDS, MIN_VOICE_SPEED } from "../../../../timeline/facts.js";
import { LLM } from "../../scenes/actions.js";
import {
  editNarration,
  enoughTenths,
  givenLine,
  isDemoModel,
  isSameText,
  lineOf as lineOf2,
  rewritten,
  speak,
  voiceStateOf,
  wordsFitting,
} from "../../scenes/narration/actions.js";
import { Seconds, setter } from "./parts.js";
import { SliderField } from "./playing.js";

// A shorter line for a voice that does not fit: a model writes it, or the user; it replaces nothing by itself.

/**
 * @param {{work: import("../../../../documents/document.js").Document, scene: number, words: number,
 *   speakAgain: () => Promise<void>}} props
 */
function ShorterLine({ work, scene, words, speakAgain }) {
  const writing = useRequest();
  const [text, setText] = useState(/** @type {string | null} */ (null));
  useEffect(() => void loadProviders(), []);
  const number = sceneNumber(work.value.value, scene);
  const current = lineOf2(work.value.value.scenes.find((/** @type {any} */ { scene_index }) => scene_index === scene));
  const isByHand = isDemoModel();
  const open = () => (isByHand ? setText(current) : writing.run(async () => setText(await rewritten(work, scene, words))));
  const use = async () => {
    editNarration(work, scene, { text: text ?? current });
    const action = { label: t("narration.speakAgain"), run: () => void speakAgain() };
    toast(t("narration.lineReplaced", { number }), { action });
  };
  return html`<${isByHand ? Button : PaidButton} roles=${LLM} small icon="pencil" busy=${writing.busy} onClick=${open}>
      ${t(isByHand ? "narration.shorterByHand" : "narration.shorter", { count: words })}
    <//>
    ${writing.error && html`<${Reason} text=${writing.error.text} />`}
    ${text !== null &&
    html`<${FormDialog} title=${t("narration.lineOf", { number })} submit=${t("narration.useLine")} onSubmit=${use} onClose=${() => setText(null)}>
      ${!isByHand && html`<p class="quiet" dir="auto">${t("narration.lineNow", { text: current })}</p>`}
      <${TextArea} label=${t("narration.newLine")} hint=${t("narration.fits", { count: words })} value=${text} onInput=${setText} />
    <//>`}`;
}

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {import("../../../../timeline/voice-fit.js").Overrun} Overrun
 */

/** @type {import("../../../../state/providers.js").Role[]} */
const SPEECH = ["speech"];
const RESET = { start: null, trimStart: null, trimEnd: null, speed: null, volume: null };

/** @param {{editor: Editor, action: Action}} props */
export function VoiceFields({ editor, action }) {
  const { id, sceneIndex: scene, start, trimStart = 0, trimEnd = 0, speed = 1 } = action;
  const set = setter(editor, id);
  const voice = editor.model.value.voices.find((each) => each.scene === scene);
  const overrun = editor.overruns.value.find((each) => each.scene === scene);
  const most = Math.max((voice?.seconds ?? 0) - MIN_SECONDS, 0);
  const setTrim = (/** @type {string} */ name) => (/** @type {number} */ seconds) => set(name)(seconds || null);
  const setSpeed = (/** @type {number} */ value) => set("speed")(value === 1 ? null : value);
  const percent = Math.round(speed * 100);
  return html`<h2>${t("edit.voiceOf", { number: sceneNumber(editor.document.value.value, scene) })}</h2>
    <p class="quiet" dir="auto">${lineOf(editor, scene)}</p>
    ${overrun && html`<${Misfit} key=${scene} ...${{ editor, overrun }} />`}
    <${Seconds} label=${t("edit.start")} value=${start} set=${set("start")} />
    <div class="pair">
      <${Seconds} label=${t("edit.trimStart")} value=${trimStart} max=${most - trimEnd} set=${setTrim("trimStart")} />
      <${Seconds} label=${t("heard.trimEnd")} value=${trimEnd} max=${most - trimStart} set=${setTrim("trimEnd")} />
    </div>
    <${SliderField} label=${t("edit.speed")} unit="×" editor=${editor} set=${setSpeed} value=${speed}
      min=${MIN_VOICE_SPEED} max=${MAX_VOICE_SPEED} step="0.01" position=${percent} range=${[MIN_VOICE_SPEED * 100, MAX_VOICE_SPEED * 100]}
      told=${`${formatNumber(speed)}×`} valueAt=${(/** @type {number} */ value) => value / 100}
      operation=${(/** @type {number} */ value) => ({ op: "voice", scene, speed: value })} />
    <${VolumeField} ...${{ editor, action }} operation=${(/** @type {number} */ volume) => ({ op: "voice", scene, volume })} />
    <div class="actions">
      <${Button} small icon="rotate-ccw" disabled=${voice?.id === null} onClick=${() => editor.apply({ op: "voice", scene, ...RESET })}>
        ${t("heard.reset")}
      <//>
    </div>`;
}

/**
 * How loud a voice or a sound is.
 * @param {{editor: Editor, action: Action, operation: (volume: number|null) => any}} props
 */
export function VolumeField({ editor, action, operation }) {
  const percent = Math.round((action.volume ?? 1) * 100);
  const isSilent = percent === 0;
  const set = (/** @type {number|null} */ volume) => editor.apply(operation(volume), `${action.id}.volume`);
  return html`<${SliderField} label=${t("heard.volume")} unit="%" editor=${editor} value=${percent}
    set=${(/** @type {number} */ value) => set(value === 100 ? null : value / 100)}
    min="0" max=${MAX_SOUND_VOLUME * 100} step="1" position=${percent} range=${[0, MAX_SOUND_VOLUME * 100]} told=${`${percent} %`}
    valueAt=${(/** @type {number} */ value) => value} operation=${(/** @type {number} */ value) => operation(value / 100)}>
    <${IconButton} icon=${isSilent ? "volume-x" : "volume-2"} label=${t(isSilent ? "heard.unsilence" : "heard.silence")}
      aria-pressed=${isSilent} onClick=${() => set(isSilent ? null : 0)} />
  <//>`;
}

/** Says what a voice runs into, and offers the ways out. @param {{editor: Editor, overrun: Overrun}} props */
function Misfit({ editor, overrun }) {
  const { scene, seconds, following, speed, longer } = overrun;
  const speaking = useRequest();
  const clip = clipsInOrder(editor.state.value).find((each) => !each.assetId && each.sceneIndex === scene);
  const { value } = editor.document.value;
  const isChanged = isLineChanged(editor, scene);
  const words = isChanged ? null : wordsFor(editor, overrun);
  const made = value.generatedScenes.find((/** @type {any} */ { sceneIndex }) => sceneIndex === scene);
  const isSpeaking = voiceStateOf(scene, made, jobsOf(value.id)).isBusy;
  const lengthen = () => clip && editor.apply({ op: "trim", clip: clip.id, seconds: clip.end - clip.start + longer });
  const speakAgain = () => speaking.run(() => speak(editor.document, { scenes: [scene], only: "all" }));
  const values = { seconds: enoughTenths(seconds), number: (following ?? 0) + 1 };
  return html`<${Notice} kind="warning">
    <p>${t(following === null ? "heard.past" : "heard.into", values)}</p>
    <div class="actions">
      ${clip && html`<${Button} small icon="film" onClick=${lengthen}>${t("heard.longer", { seconds: enoughTenths(longer) })}<//>`}
      ${isChanged && html`<${PaidButton} roles=${SPEECH} small icon="audio-lines" busy=${speaking.busy || isSpeaking} onClick=${speakAgain}>
        ${t("narration.speakAgain")}
      <//>`}
      ${words && html`<${ShorterLine} ...${{ work: editor.document, scene, words, speakAgain }} />`}
      ${speed !== null && html`<${Button} small icon="gauge" onClick=${() => editor.apply({ op: "voice", scene, speed })}>
        ${t("heard.faster", { speed: formatNumber(speed) })}
      <//>`}
    </div>
    ${speed === null && html`<p class="hint">${t("heard.tooLong", { speed: formatNumber(MAX_VOICE_SPEED) })}</p>`}
    ${speaking.error && html`<${Reason} text=${speaking.error.text} />`}
  <//>`;
}

/** How many words a line may have, so that its voice fits; null: that does not help. @param {Editor} editor @param {Overrun} overrun */
function wordsFor(editor, { scene, seconds }) {
  const voice = editor.model.value.voices.find((each) => each.scene === scene);
  if (!voice || voice.length <= 0) return null;
  return wordsFitting(lineOf(editor, scene), editor.document.value.value.language, 1 - seconds / voice.length);
}

/** What is said in a scene. @param {Editor} editor @param {number} scene @returns {string} */
function lineOf({ document }, scene) {
  const planned = document.value.value.scenes.find((/** @type {any} */ each) => each.scene_index === scene);
  return planned?.narration?.text ?? "";
}

/** Whether the line of a scene is not the one that its voice was given. @param {Editor} editor @param {number} scene */
function isLineChanged(editor, scene) {
  const given = givenLine(editor.narration.value.find(({ sceneIndex }) => sceneIndex === scene));
  return given !== null && !isSameText(given, lineOf(editor, scene));
}
