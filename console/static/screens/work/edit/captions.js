import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { Button } from "../../../parts/button.js";
import { TextArea } from "../../../parts/field.js";
import { CAPTION_LENGTH, CAPTION_SECONDS, addCaption, captionsOf, editCaption, removeCaption } from "../../../timeline/captions.js";
import { Seconds } from "./numbers.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../timeline/captions.js").Caption} Caption
 */

/**
 * The captions of the video: its own, or the texts of its scenes, which become its own when one is
 * changed.
 * @param {{editor: Editor, player: import("../../../player/player.js").Player | null}} props
 */
export function Captions({ editor, player }) {
  const state = editor.state.value;
  const captions = captionsOf(state, editor.model.value);
  const isOwn = state.captions?.length > 0;
  const add = () => {
    const start = Math.round((player?.time.peek() ?? 0) * 1000) / 1000;
    const caption = { start, end: start + CAPTION_SECONDS, text: t("edit.newText") };
    editor.change((before) => addCaption(before, captions, caption));
    editor.showsCaptions.value = true;
  };
  return html`<div class="captions stack">
    <h3>${t("edit.captions")}</h3>
    <label class="check">
      <input
        type="checkbox"
        checked=${editor.showsCaptions.value}
        onChange=${(/** @type {any} */ event) => (editor.showsCaptions.value = event.target.checked)}
      />
      <span>${t("edit.showCaptions")} <span class="hint">${t("edit.showCaptionsHint")}</span></span>
    </label>
    ${!isOwn && html`<p class="hint">${t(captions.length ? "edit.captionsOfScenes" : "edit.noCaptions")}</p>`}
    ${captions.map((caption, index) => html`<${CaptionFields} key=${index} ...${{ editor, captions, caption, index }} />`)}
    <div class="actions"><${Button} small icon="plus" onClick=${add}>${t("edit.addCaption")}<//></div>
  </div>`;
}

/** @param {{editor: Editor, captions: Caption[], caption: Caption, index: number}} props */
function CaptionFields({ editor, captions, caption, index }) {
  const number = index + 1;
  const set = (/** @type {keyof Caption} */ field) => (/** @type {any} */ value) =>
    editor.change((state) => editCaption(state, captions, index, { [field]: value }), `captions.${index}.${field}`);
  const remove = () => editor.change((state) => removeCaption(state, captions, index));
  return html`<fieldset class="stack">
    <legend class="visually-hidden">${t("edit.caption", { number })}</legend>
    <${TextArea}
      label=${t("edit.caption", { number })}
      rows="2"
      limit=${CAPTION_LENGTH}
      value=${caption.text}
      error=${editor.document.error.value?.fields[`editorState.captions.${index}.text`]}
      onInput=${set("text")}
    />
    <div class="pair">
      <${Seconds} label=${t("edit.start")} value=${caption.start} set=${set("start")} />
      <${Seconds} label=${t("edit.end")} value=${caption.end} set=${set("end")} />
    </div>
    <div class="actions">
      <${Button} small icon="trash-2" aria-label=${t("edit.removeCaption", { number })} onClick=${remove}>${t("common.delete")}<//>
    </div>
  </fieldset>`;
}
