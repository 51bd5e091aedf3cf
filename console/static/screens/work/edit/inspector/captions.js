/** The captions of the video. */

import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { Button, IconButton } from "../../../../components/button.js";
import { TextArea } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { MIN_SECONDS } from "../../../../timeline/editor-state.js";
import { MAX_CAPTION_TEXT, newId } from "../../../../timeline/operations/index.js";
import { ownCaptions } from "../compound-operations.js";
import { chooseCaptions } from "../kept.js";
import { Seconds } from "./parts.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/display.js").Caption & {id: string}} Caption
 */

const CAPTION_SECONDS = 3;
const LEGIBLE_SECONDS = 0.5; // of a caption that ends where another one is added

/**
 * The captions of the video: its own, or the texts of its scenes, which become its own when one is
 * changed.
 * @param {import("./index.js").TabProps} props
 */
export function CaptionsTab({ editor, player, selected }) {
  const { all, isOwn } = editor.captions.value;
  /** @type {{current: string|null}} */
  const added = useRef(null);
  const apply = (/** @type {any} */ operation, /** @type {string|null} */ key = null) =>
    editor.apply([...ownCaptions(editor), operation], key);
  const add = () => {
    const start = freeFrom(all, player?.time.peek() ?? 0);
    const next = all.find((caption) => caption.start >= start + MIN_SECONDS)?.start ?? Infinity;
    const id = newId("caption");
    apply({ op: "caption", new: id, start, end: Math.min(start + CAPTION_SECONDS, next), text: t("edit.newText") });
    added.current = id;
    editor.selection.value = id;
    if (!editor.showsCaptions.peek()) chooseCaptions(true);
  };
  return html`<div class="captions stack">
    <h2 class="visually-hidden">${t("edit.captions")}</h2>
    <div class="actions"><${Button} small icon="plus" onClick=${add}>${t("edit.addCaption")}<//></div>
    <label class="check">
      <input
        type="checkbox"
        checked=${editor.showsCaptions.value}
        onChange=${(/** @type {any} */ event) => chooseCaptions(event.target.checked)}
      />
      <span>${t("edit.showCaptions")} <span class="hint">${t("edit.showCaptionsHint")}</span></span>
    </label>
    ${!isOwn && html`<p class="hint">${t(all.length ? "edit.captionsOfScenes" : "edit.noCaptions")}</p>`}
    ${all.map(
      (caption, index) =>
        html`<${CaptionFields} key=${index} ...${{ editor, player, caption, index, apply, added }}
          isSelected=${selected?.id === caption.id} />`,
    )}
  </div>`;
}

/**
 * Return where a caption can begin: at a time, or behind those that have only begun there.
 * @param {Caption[]} captions @param {number} time
 */
function freeFrom(captions, time) {
  let free = time;
  for (const { start, end } of captions.toSorted((a, b) => a.start - b.start)) {
    if (start < free + MIN_SECONDS && end > free && free - start < LEGIBLE_SECONDS) free = end;
  }
  return free;
}

/**
 * @param {{editor: Editor, player: import("../../../../player/player.js").Player | null, caption: Caption,
 *   index: number, isSelected: boolean, added: {current: string|null},
 *   apply: (operation: any, key?: string | null) => void}} props
 */
function CaptionFields({ editor, player, caption, index, isSelected, added, apply }) {
  const { id, start, end, text } = caption;
  const number = index + 1;
  /** @type {{current: HTMLFieldSetElement | null}} */
  const root = useRef(null);
  useEffect(() => {
    if (!isSelected) return;
    root.current?.scrollIntoView({ block: "nearest" });
    if (added.current !== id) return;
    added.current = null;
    const area = root.current?.querySelector("textarea");
    area?.focus();
    area?.select(); // what is typed next replaces it
  }, [isSelected, id]);
  const set = (/** @type {"start"|"end"} */ field) => (/** @type {number} */ value) => apply({ op: "caption", id, [field]: value });
  const type = (/** @type {string} */ value) => apply({ op: "caption", id, text: value }, `captions.${index}.text`);
  const remove = () => apply({ op: "delete", kind: "caption", id });
  return html`<fieldset ref=${root} class=${`caption stack ${isSelected ? "selected" : ""}`}>
    <legend class="visually-hidden">${t("edit.caption", { number })}</legend>
    <div class="caption-actions">
      <${IconButton} icon="play" label=${t("edit.goToCaption", { number })} onClick=${() => player?.seek(start)} />
      <${IconButton} icon="trash-2" label=${t("edit.removeCaption", { number })} onClick=${remove} />
    </div>
    <${TextArea} label=${t("edit.caption", { number })} rows="2" limit=${MAX_CAPTION_TEXT} value=${text} onInput=${type} />
    <div class="pair">
      <${Seconds} waits label=${t("edit.start")} value=${start} max=${end - MIN_SECONDS} set=${set("start")} />
      <${Seconds} waits label=${t("edit.end")} value=${end} min=${start + MIN_SECONDS} set=${set("end")} />
    </div>
  </fieldset>`;
}
