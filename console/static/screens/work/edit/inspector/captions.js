/** The captions of the video. */

import { html } from "htm/preact";
import { Button } from "../../../../components/button.js";
import { TextArea } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { captionsOf } from "../../../../timeline/display.js";
import { MIN_SECONDS } from "../../../../timeline/editor-state.js";
import { MAX_CAPTION_TEXT, captionIds, newId } from "../../../../timeline/operations/index.js";
import { Seconds } from "./parts.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/display.js").Caption} Caption
 */

const CAPTION_SECONDS = 3;

/**
 * The captions of the video: its own, or the texts of its scenes, which become its own when one is
 * changed.
 * @param {import("./index.js").TabProps} props
 */
export function CaptionsTab({ editor, player }) {
  const state = editor.state.value;
  const captions = captionsOf(state, editor.model.value);
  const isOwn = state.captions?.length > 0;
  const ids = captionIds(captions);
  // Texts of scenes become the video's own captions with the first change.
  const own = isOwn || !captions.length ? [] : [{ op: "captions", captions }];
  const apply = (/** @type {any} */ operation, /** @type {string} */ key) => editor.apply([...own, operation], key);
  const add = () => {
    const start = player?.time.peek() ?? 0;
    apply({ op: "caption", new: newId("caption"), start, end: start + CAPTION_SECONDS, text: t("edit.newText") }, "caption");
    editor.seal();
    editor.showsCaptions.value = true;
  };
  return html`<div class="captions stack">
    <h2 class="visually-hidden">${t("edit.captions")}</h2>
    <label class="check">
      <input
        type="checkbox"
        checked=${editor.showsCaptions.value}
        onChange=${(/** @type {any} */ event) => (editor.showsCaptions.value = event.target.checked)}
      />
      <span>${t("edit.showCaptions")} <span class="hint">${t("edit.showCaptionsHint")}</span></span>
    </label>
    ${!isOwn && html`<p class="hint">${t(captions.length ? "edit.captionsOfScenes" : "edit.noCaptions")}</p>`}
    ${captions.map((caption, index) => html`<${CaptionFields} key=${index} ...${{ editor, caption, index, id: ids[index], apply }} />`)}
    <div class="actions"><${Button} small icon="plus" onClick=${add}>${t("edit.addCaption")}<//></div>
  </div>`;
}

/**
 * @param {{editor: Editor, caption: Caption, index: number, id: string,
 *   apply: (operation: any, key: string) => void}} props
 */
function CaptionFields({ editor, caption, index, id, apply }) {
  const number = index + 1;
  const set = (/** @type {keyof Caption} */ field) => (/** @type {any} */ value) =>
    apply({ op: "caption", id, [field]: value }, `captions.${index}.${field}`);
  const remove = () => apply({ op: "delete", kind: "caption", id }, "caption");
  return html`<fieldset class="stack">
    <legend class="visually-hidden">${t("edit.caption", { number })}</legend>
    <${TextArea}
      label=${t("edit.caption", { number })}
      rows="2"
      limit=${MAX_CAPTION_TEXT}
      value=${caption.text}
      onInput=${set("text")}
    />
    <div class="pair">
      <${Seconds} label=${t("edit.start")} value=${caption.start} max=${caption.end - MIN_SECONDS} set=${set("start")} />
      <${Seconds} label=${t("edit.end")} value=${caption.end} min=${caption.start + MIN_SECONDS} set=${set("end")} />
    </div>
    <div class="actions">
      <${Button} small icon="trash-2" aria-label=${t("edit.removeCaption", { number })} onClick=${remove}>${t("common.delete")}<//>
    </div>
  </fieldset>`;
}
