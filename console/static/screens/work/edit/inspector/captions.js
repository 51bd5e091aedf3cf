/** The captions of the video. */

import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../../../components/button.js";
import { CaptionStyle } from "../../../../components/caption-style.js";
import { SelectField, TextArea } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { CAPTION_POSITIONS, CAPTION_STYLES, captionLook, followsWords } from "../../../../timeline/caption-looks.js";
import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { MAX_CAPTION_TEXT, newId } from "../../../../timeline/operations/index.js";
import { ownCaptions } from "../compound-operations.js";
import { chooseCaptions } from "../kept.js";
import { correctionOf } from "../spoken-captions.js";
import { ColorField } from "./color.js";
import { Seconds } from "./parts.js";

// How the captions of the video look: a style with its colours, and a place in the frame.

/** @param {{editor: import("../editor.js").Editor}} props */
function CaptionLookFields({ editor }) {
  const { document } = editor;
  const work = document.value.value;
  const look = captionLook(work);
  const set = (/** @type {string} */ field) => (/** @type {string} */ value) => {
    const captions = { style: look.style, ...work.sound?.captions, [field]: value };
    document.edit({ sound: { ...work.sound, captions } });
    if (!editor.showsCaptions.peek()) chooseCaptions(true);
  };
  const positions = CAPTION_POSITIONS.map((value) => ({ value, label: t(`edit.captionLook.positions.${value}`) }));
  return html`<fieldset class="field caption-look">
      <legend>${t("edit.captionLook.style")}</legend>
      <div class="caption-styles">
        ${CAPTION_STYLES.map((style) => html`<${CaptionStyle} key=${style} ...${{ style, look }} name=${t(`edit.captionLook.styles.${style}`)} sample=${t("edit.captionLook.sample")} onChoose=${set("style")} />`)}
      </div>
    </fieldset>
    <div class="pair">
      <${ColorField} label=${t("edit.color")} value=${look.color} set=${set("color")} />
      ${followsWords(look) && html`<${ColorField} label=${t("edit.captionLook.accent")} value=${look.accent} set=${set("accent")} />`}
    </div>
    <${SelectField} label=${t("edit.captionLook.position")} value=${look.position} options=${positions} onInput=${set("position")} />`;
}

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/display.js").Caption & {id: string}} Caption
 */

/**
 * @typedef {object} Typed  a text of a voice that is being corrected
 * @property {Caption[]} all  the captions as they are shown meanwhile
 * @property {(text: string) => void} correct
 */

const CAPTION_SECONDS = 3;
const LEGIBLE_SECONDS = 0.5; // of a caption that ends where another one is added

/**
 * The captions of the video: its own, or what its voices say, or the texts of its scenes, which become
 * its own when one is changed. Texts of voices are corrected in the words of these; what is typed into
 * stays in its place until the focus leaves it.
 * @param {import("./index.js").TabProps} props
 */
export function CaptionsTab({ editor, player, selected }) {
  const { all: current, isOwn } = editor.captions.value;
  const [typed, setTyped] = useState(/** @type {Typed | null} */ (null));
  const all = typed?.all ?? current;
  const isSpoken = editor.narration.value.some(({ words }) => words.length > 0);
  const spoken = () => editor.apply({ op: "captions", captions: null });
  /** @type {{current: string|null}} */
  const added = useRef(null);
  const apply = (/** @type {any} */ operation, /** @type {string|null} */ key = null) =>
    editor.apply([...ownCaptions(editor), operation], key);
  const type = (/** @type {number} */ index, /** @type {string} */ text) => {
    const { id } = all[index];
    const correct = typed?.correct ?? correctionOf(editor, all[index]);
    if (!correct) return apply({ op: "caption", id, text }, `captions.${index}.text`);
    setTyped({ all: all.with(index, { ...all[index], text }), correct });
    correct(text);
  };
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
    <${CaptionLookFields} editor=${editor} />
    ${isOwn && isSpoken && html`<${Button} small icon="undo-2" onClick=${spoken}>${t("edit.captionsSpokenAgain")}<//>`}
    ${!isOwn && html`<p class="hint">${t(sourceOf(all))}</p>`}
    ${!isOwn && isSpoken && all.length > 0 && html`<${Button} small onClick=${() => editor.apply(ownCaptions(editor))}>${t("edit.captionsOwn")}<//>`}
    ${all.map(
      (caption, index) =>
        html`<${CaptionFields} key=${index} ...${{ player, caption, index, apply, added }}
          type=${(/** @type {string} */ text) => type(index, text)} onLeave=${() => setTyped(null)} isSelected=${selected?.id === caption.id} />`,
    )}
  </div>`;
}

/** @param {Caption[]} captions  that are not the video's own */
function sourceOf(captions) {
  if (captions.length === 0) return "edit.noCaptions";
  return captions.some(({ words }) => words) ? "edit.captionsOfVoices" : "edit.captionsOfScenes";
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
 * @param {{player: import("../../../../player/player.js").Player | null, caption: Caption,
 *   index: number, isSelected: boolean, added: {current: string|null},
 *   apply: (operation: any, key?: string | null) => void, type: (text: string) => void, onLeave: () => void}} props
 */
function CaptionFields({ player, caption, index, isSelected, added, apply, type, onLeave }) {
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
  const remove = () => apply({ op: "delete", kind: "caption", id });
  return html`<fieldset ref=${root} class=${`caption stack ${isSelected ? "selected" : ""}`}>
    <legend class="visually-hidden">${t("edit.caption", { number })}</legend>
    <div class="caption-actions">
      <${IconButton} icon="play" label=${t("edit.goToCaption", { number })} onClick=${() => player?.seek(start)} />
      <${IconButton} icon="trash-2" label=${t("edit.removeCaption", { number })} onClick=${remove} />
    </div>
    <${TextArea} label=${t("edit.caption", { number })} rows="2" limit=${MAX_CAPTION_TEXT} value=${text} onInput=${type} onBlur=${onLeave} />
    <div class="pair">
      <${Seconds} waits label=${t("edit.start")} value=${start} max=${end - MIN_SECONDS} set=${set("start")} />
      <${Seconds} waits label=${t("edit.end")} value=${end} min=${start + MIN_SECONDS} set=${set("end")} />
    </div>
  </fieldset>`;
}
