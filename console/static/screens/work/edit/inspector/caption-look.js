/** How the captions of the video look: a style with its colours, and a place in the frame. */

import { html } from "htm/preact";
import { SelectField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { CAPTION_POSITIONS, CAPTION_STYLES, captionLook, followsWords } from "../../../../timeline/caption-looks.js";
import { chooseCaptions } from "../kept.js";
import { ColorField } from "./color-field.js";

/** @param {{editor: import("../editor.js").Editor}} props */
export function CaptionLookFields({ editor }) {
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
        ${CAPTION_STYLES.map((style) => html`<${Style} key=${style} ...${{ style, look, set: set("style") }} />`)}
      </div>
    </fieldset>
    <div class="pair">
      <${ColorField} label=${t("edit.color")} value=${look.color} set=${set("color")} />
      ${followsWords(look) && html`<${ColorField} label=${t("edit.captionLook.accent")} value=${look.accent} set=${set("accent")} />`}
    </div>
    <${SelectField} label=${t("edit.captionLook.position")} value=${look.position} options=${positions} onInput=${set("position")} />`;
}

/**
 * A style, with a sample of it.
 * @param {{style: string, look: import("../../../../timeline/caption-looks.js").CaptionLook, set: (style: string) => void}} props
 */
function Style({ style, look, set }) {
  const [first, second] = t("edit.captionLook.sample").split(" ");
  return html`<label class="caption-style">
    <input type="radio" name="caption-style" value=${style} checked=${look.style === style} onChange=${() => set(style)} />
    <span class=${`caption-sample ${style}`} aria-hidden="true" style=${{ color: look.color, "--spoken": look.accent }}>
      ${style !== "one-word" && html`<span>${first}</span> `}<span class="spoken">${second}</span>
    </span>
    <span>${t(`edit.captionLook.styles.${style}`)}</span>
  </label>`;
}
