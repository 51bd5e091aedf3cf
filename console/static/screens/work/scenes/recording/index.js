import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button, IconButton } from "../../../../components/button.js";
import { DeleteDialog, Dialog } from "../../../../components/dialogs.js";
import { ListenButton, stopListening } from "../../../../components/listening.js";
import { Notice, Reason } from "../../../../components/notice.js";
import { UploadProgress } from "../../../../components/progress.js";
import { formatDuration, formatNumber, t } from "../../../../i18n.js";
import { useQuestionOnLeave } from "../../../../state/leaving.js";
import { toast } from "../../../../state/toasts.js";
import { useUpload } from "../../../../state/upload.js";
import { scenesOf } from "../actions.js";
import { lineOf, storeVoice } from "../narration/actions.js";
import { LONGEST, TAKES, useRecorder } from "./recorder.js";

/** @typedef {import("./recorder.js").Take} Take */

/**
 * Records up to three takes of a scene's line, one of which becomes its voice.
 * @param {{work: import("../../../../documents/document.js").Document, index: number, number: number,
 *   onNext: (index: number, number: number) => void, onClose: () => void}} props
 */
export function Recording({ work, index, number, onNext, onClose }) {
  const recorder = useRecorder();
  const upload = useUpload();
  const [chosen, setChosen] = useState(0);
  const [isLeaving, setLeaving] = useState(false);
  const { takes, meter, problem, remove } = recorder;
  const take = takes.find(({ id }) => id === chosen) ?? takes.at(-1);
  const scenes = scenesOf(work.value.value);
  const line = lineOf(scenes.find((scene) => scene.scene_index === index));
  const next = scenes[number]?.scene_index; // numbers count from 1
  useQuestionOnLeave(takes.length > 0 || meter !== null);
  const record = () => {
    stopListening();
    setChosen(0); // the last take
    recorder.record();
  };
  const close = () => (takes.length || meter ? setLeaving(true) : onClose());
  const use = async (/** @type {() => void} */ after) => {
    const { blob } = /** @type {Take} */ (take);
    const file = new File([blob], t("recording.title", { number }), { type: blob.type });
    if (!(await storeVoice(work, index, file, upload))) return;
    toast(t("recording.used", { number }));
    after();
  };
  return html`<${Dialog} title=${t("recording.title", { number })} onClose=${close}>
    <div class="dialog-form">
      ${line.trim()
        ? html`<p class="quiet">${t("recording.read")}</p><blockquote class="script" dir="auto">${line}</blockquote>`
        : html`<p class="quiet">${t("recording.noLine")}</p>`}
      <${Controls} meter=${meter} count=${takes.length} onRecord=${record} onStop=${recorder.stop} />
      ${problem && html`<${Notice} kind="error">${problem}<//>`}
      ${takes.length > 0 && html`<${TakeList} ...${{ takes, take }} onChoose=${setChosen} onRemove=${remove} />`}
      <${UploadProgress} upload=${upload} />
      ${upload.error && html`<${Reason} text=${upload.error.text} />`}
      ${take &&
      html`<footer class="dialog-footer">
        ${next !== undefined &&
        html`<${Button} busy=${upload.running !== null} disabled=${meter !== null} onClick=${() => use(() => onNext(next, number + 1))}>
          ${t("recording.useAndNext", { number: number + 1 })}
        <//>`}
        <${Button} kind="primary" busy=${upload.running !== null} disabled=${meter !== null} onClick=${() => use(onClose)}>${t("recording.use")}<//>
      </footer>`}
    </div>
    ${isLeaving &&
    html`<${DeleteDialog}
      title=${t("recording.discardTitle")}
      submit=${t("recording.discard")}
      onSubmit=${async () => onClose()}
      onClose=${() => setLeaving(false)}
    >
      <p>${t("recording.discardText", { count: Math.max(1, takes.length) })}</p>
    <//>`}
  <//>`;
}

/**
 * The button that records, and the level.
 * @param {{meter: import("./recorder.js").Meter | null, count: number, onRecord: () => void, onStop: () => void}} props
 */
function Controls({ meter, count, onRecord, onStop }) {
  if (!meter) {
    if (count === TAKES) return html`<p class="hint">${t("recording.full")}</p>`;
    return html`<div class="record">
      <${Button} key="record" kind=${count ? "plain" : "primary"} icon="mic" onClick=${onRecord}>${t(count ? "recording.again" : "recording.start")}<//>
      <span class="hint">${t("recording.longest", { minutes: LONGEST })}</span>
    </div>`;
  }
  const { level, seconds, isSilent } = meter;
  return html`<div class="record">
      <${Button} key="stop" kind="danger" icon="square" autofocus onClick=${onStop}>${t("recording.stop")}<//>
      <div class="level" role="meter" aria-label=${t("recording.level")} aria-valuemin="0" aria-valuemax="100" aria-valuenow=${Math.round(100 * shown(level))}>
        <div class=${`level-bar ${level > 0.95 ? "loud" : ""}`} style=${{ width: `${100 * shown(level)}%` }}></div>
      </div>
      <span class="time">${formatDuration(Math.floor(seconds))}</span>
    </div>
    <div role="status">${isSilent && html`<${Notice} kind="warning">${t("recording.quiet")}<//>`}</div>`;
}

/** A level as a share of the bar: 60 dB of it. @param {number} level */
const shown = (level) => Math.max(0, Math.min(1, 1 + Math.log10(Math.max(level, 1e-6)) / 3));

/**
 * @param {{takes: Take[], take: Take | undefined, onChoose: (id: number) => void, onRemove: (take: Take) => void}} props
 */
function TakeList({ takes, take, onChoose, onRemove }) {
  return html`<fieldset class="voices">
    <legend class="visually-hidden">${t("recording.takes")}</legend>
    <ul>
      ${takes.map((each, position) => {
        const number = position + 1;
        const values = { number, seconds: formatNumber(Math.round(each.seconds * 10) / 10) };
        return html`<li key=${each.id} class="voice">
          <label>
            <input type="radio" name="take" checked=${each === take} onChange=${() => onChoose(each.id)} />
            <span><strong>${t("recording.take", values)}</strong></span>
          </label>
          <${ListenButton} url=${each.url} label=${t("recording.play", { number })} />
          <${IconButton} icon="trash-2" label=${t("recording.remove", { number })} onClick=${() => onRemove(each)} />
        </li>`;
      })}
    </ul>
  </fieldset>`;
}
