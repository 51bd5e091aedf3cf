/** The fields of a recording on the timeline: whether someone speaks in it, and its cleaned form. */

import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button, Icon } from "../../../../components/button.js";
import { t } from "../../../../i18n.js";
import { cleanAsset, readAsset } from "../../../../state/assets.js";
import { toastError } from "../../../../state/toasts.js";
import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { rememberAsset } from "../media.js";
import { setter } from "./parts.js";
import { RecordedCaptions } from "./recorded-captions.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {import("../../../../state/assets.js").Asset} Asset
 */

/** @param {{editor: Editor, action: Action}} props */
export function RecordingFields({ editor, action }) {
  const [isCaptioning, setCaptioning] = useState(false);
  const setVoice = (/** @type {any} */ { target }) => setter(editor, action.id)("voice")(target.checked);
  return html`<label class="check" title=${t("heard.isVoiceHint")}>
      <input type="checkbox" checked=${Boolean(action.voice)} onChange=${setVoice} />
      <span>${t("heard.isVoice")}</span>
    </label>
    ${action.voice &&
    html`<${CleanUp} key=${action.id} ...${{ editor, action }} />
      <div class="actions"><${Button} small icon="captions" onClick=${() => setCaptioning(true)}>${t("heard.captions")}<//></div>`}
    ${isCaptioning && html`<${RecordedCaptions} ...${{ editor, action }} onClose=${() => setCaptioning(false)} />`}`;
}

/**
 * The switch between a recording and its cleaned form: another asset, from which something was cut.
 * @param {{editor: Editor, action: Action}} props
 */
function CleanUp({ editor, action }) {
  const { projectId } = editor.document.value.peek();
  const [asset, setAsset] = useState(/** @type {Asset | null} */ (null));
  const [wanted, setWanted] = useState(/** @type {boolean | null} */ (null)); // until it is so
  const isBusy = wanted !== null;
  useEffect(() => {
    const read = (/** @type {Asset | null} */ found) => {
      setAsset(found);
      setWanted(null);
    };
    readAsset(projectId, action.assetId).then(read, () => read(null));
  }, [action.assetId]);
  const change = async (/** @type {any} */ { target: { checked: isOn } }) => {
    setWanted(isOn);
    try {
      const cleaned = isOn ? await cleanAsset(projectId, action.assetId) : /** @type {Asset} */ (asset);
      rememberAsset(cleaned);
      if (!editor.apply(exchanged(action, cleaned, isOn))) setWanted(null);
    } catch (error) {
      toastError(error);
      setWanted(null);
    }
  };
  return html`<label class="check" title=${t("narration.cleanUpHint")}>
    <input type="checkbox" aria-busy=${isBusy ? "true" : undefined} disabled=${isBusy || !asset}
      checked=${wanted ?? Boolean(asset?.cleanedFrom)} onChange=${change} />
    <span>${t(wanted ? "narration.cleaningUp" : "narration.cleanUp")}</span>
    ${isBusy && html`<${Icon} name="loader-circle" class="spin" />`}
  </label>`;
}

/**
 * The operation that plays the cleaned form of a recording instead of it, or the recording again. What is
 * spoken stays where it is; an end that is not trimmed is that of the file.
 * @param {Action} action @param {Asset} cleaned @param {boolean} isOn
 */
function exchanged({ id, start, end, trimStart = 0 }, cleaned, isOn) {
  const { cutStart = 0, cutEnd = 0, duration = 0 } = cleaned;
  const sign = isOn ? 1 : -1;
  const [lengthBefore, lengthAfter] = isOn ? [duration + cutStart + cutEnd, duration] : [duration, duration + cutStart + cutEnd];
  const isWhole = trimStart + end - start > lengthBefore - MIN_SECONDS;
  const from = trimStart > 0 ? trimStart - sign * cutStart : 0;
  const begin = trimStart > 0 ? start - Math.min(from, 0) : start + sign * cutStart; // what was cut is not heard
  const moved = { trimStart: Math.max(from, 0) + Math.max(-begin, 0), start: Math.max(begin, 0) };
  const last = isWhole ? moved.start + lengthAfter - moved.trimStart : end;
  const values = { start: moved.start, end: Math.max(last, moved.start + MIN_SECONDS), trimStart: moved.trimStart || null };
  return { op: "sound", sound: id, asset: isOn ? cleaned.id : cleaned.cleanedFrom, ...values };
}
