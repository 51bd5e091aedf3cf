import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { useReadOnly } from "../../../../components/access.js";
import { Button, Icon, IconButton } from "../../../../components/button.js";
import { TextArea } from "../../../../components/field.js";
import { FileButton } from "../../../../components/files.js";
import { ListenButton, isListenedTo, listen } from "../../../../components/listening.js";
import { Menu } from "../../../../components/menu.js";
import { Reason } from "../../../../components/notice.js";
import { PaidButton, PaidReason, usePayReason } from "../../../../components/paid-button.js";
import { UploadProgress } from "../../../../components/progress.js";
import { formatNumber, t } from "../../../../i18n.js";
import { cancelJob } from "../../../../state/jobs.js";
import { useRequest } from "../../../../state/request.js";
import { toast, toastError } from "../../../../state/toasts.js";
import { useUpload } from "../../../../state/upload.js";
import { useVoiceName } from "../../../../state/voices.js";
import { MAX_NARRATION } from "../../../../timeline/facts.js";
import { versionedVoice } from "../../../../urls.js";
import { LLM, editScene, madeOf } from "../actions.js";
import {
  cleanUp,
  editNarration,
  enoughTenths,
  isDemoModel,
  isSameText,
  lengthenInCut,
  lineOf,
  misfitOf,
  removeVoice,
  setSpeed,
  shorten,
  speak,
  storeVoice,
} from "./actions.js";
import { ACCEPTED } from "../recording/index.js";

/**
 * Says by how much a voice is longer than its clip, and offers the three ways out.
 * @param {{work: import("../../../../documents/document.js").Document, index: number, number: number,
 *   misfit: import("./actions.js").Misfit}} props
 */
function Misfit({ work, index, number, misfit }) {
  const rewriting = useRequest();
  const unpaid = usePayReason(LLM);
  const { over, following, longer, words, speed } = misfit;
  const rewrite = () => shorten(work, index, { words: Number(words), number });
  const lengthen = () => {
    editScene(work, index, { duration_seconds: longer });
    toast(t("narration.lengthSet", { number, seconds: longer }));
  };
  const lengthenCut = () => {
    const undo = lengthenInCut(work, index, longer);
    if (undo) toast(t("narration.lengthenedInCut", { number, seconds: enoughTenths(longer) }), { action: { label: t("narration.undo"), run: undo } });
  };
  const longerClip =
    following === undefined
      ? { label: t("narration.longer", { seconds: longer }), icon: "video", onSelect: lengthen }
      : { label: t("narration.longerInCut", { seconds: enoughTenths(longer) }), icon: "scissors", onSelect: lengthenCut };
  const shorter = isDemoModel()
    ? { label: t("narration.shorterByHand", { count: Number(words) }), icon: "pencil", onSelect: () => fieldOf(index)?.focus() }
    : { label: t("narration.shorter", { count: Number(words) }), icon: "pencil", reason: unpaid, onSelect: () => rewriting.run(rewrite) };
  const items = [
    longerClip,
    ...(words ? [shorter] : []),
    ...(speed ? [{ label: t("narration.faster", { speed: formatNumber(speed) }), icon: "gauge", onSelect: () => setSpeed(work, index, speed) }] : []),
  ];
  if (rewriting.busy) return html`<span class="line-busy"><${Icon} name="loader-circle" class="spin" />${t("narration.shortening")}</span>`;
  const text = t(textOf(following), { seconds: enoughTenths(over), number: numberOf(work, following) });
  return html`<${Menu} label=${t("narration.waysOut", { text, number })} class="line-mark" items=${items}>
      <${Icon} name="triangle-alert" /><span>${text}</span>
      <${Icon} name="chevron-down" />
    <//>
    ${rewriting.error && html`<span class="field-error">${rewriting.error.text}</span>`}`;
}

/** @param {number | null | undefined} following */
function textOf(following) {
  if (following === undefined) return "narration.holds";
  return following === null ? "narration.pastEnd" : "narration.intoNext";
}

/** What a scene is called. @param {import("../../../../documents/document.js").Document} work @param {number | null | undefined} index */
const numberOf = (work, index) =>
  work.value.value.scenes.findIndex((/** @type {any} */ { scene_index }) => scene_index === index) + 1;

/** The field with a scene's line. @param {number} index @returns {HTMLElement | null} */
const fieldOf = (index) => document.querySelector(`#scene-${index} .line textarea`);

/** Whether a voice is a recording: of what was generated, the speaker is known. @param {any} made */
const isRecording = (made) => Boolean(made?.voiceUrl && !made.voiceSpeakerHash);

/**
 * The switch that cleans up a scene's recording. A voice that is played goes on as it is then.
 * @param {{work: import("../../../../documents/document.js").Document, index: number, made: any, number: number}} props
 */
function CleanUp({ work, index, made, number }) {
  const isReadOnly = useReadOnly();
  const [wanted, setWanted] = useState(/** @type {boolean | null} */ (null)); // while it is switched
  const isBusy = wanted !== null;
  const change = async (/** @type {any} */ { target }) => {
    const isPlayed = isListenedTo(addressOf(made));
    setWanted(target.checked);
    try {
      await cleanUp(work, index, target.checked);
      const now = madeOf(work.value.value, index);
      if (isPlayed) await listen(addressOf(now), addressOf(now), now.voiceGain);
    } catch (error) {
      toastError(error);
    } finally {
      setWanted(null);
    }
  };
  return html`<label class="check" title=${t("narration.cleanUpHint")}>
    <input
      type="checkbox"
      aria-label=${t("narration.cleanUpName", { number })}
      aria-busy=${isBusy ? "true" : undefined}
      disabled=${isReadOnly || isBusy}
      checked=${wanted ?? Boolean(made.voiceCleanUp)}
      onChange=${change}
    />
    <span>${t(wanted ? "narration.cleaningUp" : "narration.cleanUp")}</span>
    ${isBusy && html`<${Icon} name="loader-circle" class="spin" />`}
  </label>`;
}

/** @param {any} made */
const addressOf = (made) => versionedVoice(made.voiceUrl, made.voiceUpdatedAt);

/** @type {import("../../../../state/providers.js").Role[]} */
const SPEECH = ["speech"];
const NOISY_GAIN = 20; // dB above which the noise of a recording is heard as well
const SOUND = /^(audio\/|video\/webm$)/;

/**
 * @typedef {object} LineProps
 * @property {import("../../../../documents/document.js").Document} work
 * @property {any} scene
 * @property {any} made the scene's entry in `generatedScenes`
 * @property {number} number counts from 1
 * @property {import("../../../../api.js").ApiError | null} error of the last save
 * @property {import("./actions.js").VoiceState} voice
 * @property {string | null} spoken the text that the voice says, if that is known
 * @property {boolean} isOtherVoice whether another voice is to speak by now
 * @property {(kind: string, index: number, number: number) => void} onAction record, voice
 */

/**
 * What the voice says while a scene is shown, and the voice: how long it is, whether it fits.
 * @param {LineProps} props
 */
export function Line(props) {
  const { work, scene, made, number, voice, error } = props;
  const index = scene.scene_index;
  const value = work.value.peek();
  const text = lineOf(scene);
  const making = useRequest();
  const upload = useUpload();
  const narrator = value.sound?.narrator;
  // What was refused may not be any more.
  useEffect(making.forget, [made?.voiceUpdatedAt, scene.narration?.voice, narrator?.provider, narrator?.voice]);
  const misfit = voice.isBusy ? null : misfitOf(value, made, text);
  const speakLine = () => making.run(() => speak(work, { scenes: [index], only: "all" }));
  return html`<div class="line">
    <${TextArea}
      rows="1"
      label=${t("scenes.line")}
      placeholder=${t("narration.lineHint")}
      limit=${MAX_NARRATION}
      value=${text}
      error=${error?.fields[`scenes.${number - 1}.narration.text`]}
      onInput=${(/** @type {string} */ typed) => editNarration(work, index, { text: typed })}
    />
    <div class="line-bar">
      ${made?.voiceUrl &&
      html`<${ListenButton} url=${versionedVoice(made.voiceUrl, made.voiceUpdatedAt)} gain=${made.voiceGain} label=${t("narration.play", { number })} />`}
      <span class="line-state">
        <${State} ...${props} text=${text} />
        ${isRecording(made) && !voice.isBusy && html`<${CleanUp} ...${{ work, index, made, number }} />`}
        ${scene.narration?.voice && html`<${OwnVoice} id=${scene.narration.voice} provider=${narrator?.provider} />`}
        ${misfit && html`<${Misfit} ...${{ work, index, number, misfit }} />`}
      </span>
      <span class="line-actions">
        <${Speak} ...${props} text=${text} busy=${making.busy} onSpeak=${speakLine} />
        <${Actions} ...${props} upload=${upload} />
      </span>
    </div>
    <${UploadProgress} upload=${upload} />
    ${upload.error && html`<${Reason} text=${upload.error.text} />`}
    ${making.error
      ? html`<${PaidReason} roles=${SPEECH} text=${making.error.text} onAgain=${making.again} />`
      : voice.reason && html`<${PaidReason} roles=${SPEECH} text=${voice.reason} busy=${making.busy} onAgain=${speakLine} />`}
  </div>`;
}

/** How long the voice and the clip are, and whether the text has changed. @param {LineProps & {text: string}} props */
function State({ made, voice, spoken, isOtherVoice, text }) {
  if (voice.isBusy) {
    const state = t(voice.isWaiting ? "narration.waiting" : "narration.speaking");
    return html`<span class="line-busy"><${Icon} name=${voice.isWaiting ? "clock" : "loader-circle"} class=${voice.isWaiting ? "" : "spin"} />${state}</span>`;
  }
  if (!made?.voiceUrl) return text.trim() ? t("narration.none") : null;
  const values = { voice: seconds(made.voiceDuration), clip: seconds(made.videoDuration) };
  const isChanged = spoken !== null && !isSameText(spoken, text);
  return html`${made.voiceDuration && html`<span>${t(made.videoUrl && made.videoDuration ? "narration.beside" : "narration.alone", values)}</span>`}
    ${made.voiceGain > NOISY_GAIN &&
    html`<span class="line-mark" title=${t("narration.noisyHint", { decibels: Math.round(made.voiceGain) })}><${Icon} name="triangle-alert" />${t("narration.noisy")}</span>`}
    ${isChanged
      ? html`<span class="line-mark" title=${t("narration.changedHint", { text: spoken })}><${Icon} name="triangle-alert" />${t("narration.changed")}</span>`
      : isOtherVoice && html`<span class="line-mark"><${Icon} name="triangle-alert" />${t("narration.otherVoice")}</span>`}`;
}

/** Who speaks this line alone. @param {{id: string, provider: string | undefined}} props */
function OwnVoice({ id, provider }) {
  const name = useVoiceName({ provider, voice: id });
  return html`<span class="line-busy"><${Icon} name="user" />${name}</span>`;
}

/** @param {number | undefined} value */
const seconds = (value) => formatNumber(Math.round((value ?? 0) * 10) / 10);

/** @param {LineProps & {text: string, busy: boolean, onSpeak: () => void}} props */
function Speak({ made, number, voice, text, busy, onSpeak }) {
  if (voice.isBusy) {
    const cancel = () => voice.job && cancelJob(voice.job).catch(toastError);
    return html`<${Button} key="cancel" small icon="x" aria-label=${t("narration.cancelName", { number })} onClick=${cancel}>${t("common.cancel")}<//>`;
  }
  const action = t(made?.voiceUrl ? "narration.speakAgain" : "narration.speak");
  return html`<${PaidButton}
    key="speak"
    roles=${SPEECH}
    data-no-refocus
    small
    icon="audio-lines"
    busy=${busy}
    disabled=${!text.trim()}
    title=${text.trim() ? undefined : t("narration.needsText")}
    aria-label=${t("narration.speakName", { action, number })}
    onClick=${onSpeak}
    >${action}<//
  >`;
}

/** @param {LineProps & {upload: import("../../../../state/upload.js").Upload}} props */
function Actions({ work, scene, made, number, upload, onAction }) {
  const index = scene.scene_index;
  const choose = async (/** @type {File[]} */ [file]) => {
    if (!file) return;
    if (file.type && !SOUND.test(file.type)) {
      toast(t("narration.wrongType", { name: file.name }), { kind: "error" });
      return;
    }
    if (await storeVoice(work, index, file, upload)) toast(t("narration.uploaded", { name: file.name, number }));
  };
  const remove = async () => {
    await removeVoice(work, index);
    toast(t("narration.removed", { number }));
  };
  const hasOwn = Boolean(scene.narration?.voice);
  const items = [
    { label: t("narration.ownVoice"), icon: "user", onSelect: () => onAction("voice", index, number) },
    ...(hasOwn ? [{ label: t("narration.likeOthers"), icon: "undo-2", onSelect: () => editNarration(work, index, { voice: null }) }] : []),
    ...(made?.voiceUrl ? [null, { label: t("narration.remove"), icon: "trash-2", danger: true, onSelect: () => remove().catch(toastError) }] : []),
  ];
  return html`<${IconButton} icon="mic" label=${t("narration.record", { number })} onClick=${() => onAction("record", index, number)} />
    <${FileButton} as=${IconButton} icon="upload" label=${t("narration.upload", { number })} accept=${ACCEPTED} onFiles=${choose} />
    <${Menu} label=${t("narration.actions", { number })} items=${items} />`;
}
