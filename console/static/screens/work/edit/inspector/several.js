/** The fields of several clips, which apply to all of them. */

import { html } from "htm/preact";
import { Button } from "../../../../components/button.js";
import { SelectField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { clipsInOrder } from "../../../../timeline/editor-state.js";
import { MAX_CLIP_VOLUME, MAX_SPEED, MIN_SPEED } from "../../../../timeline/operations/index.js";
import { speedOf } from "../../../../timeline/time-map.js";
import { transitionOptions } from "../../fields.js";
import { Numeric } from "./number.js";

/** @param {{editor: import("../editor.js").Editor}} props */
export function Several({ editor }) {
  const ids = editor.selected.value;
  const all = clipsInOrder(editor.state.value);
  const clips = all.filter(({ id }) => ids.includes(id));
  const followed = clips.filter((clip) => clip !== all.at(-1));
  const key = ids.join();
  const set = (/** @type {string} */ field) => (/** @type {number} */ value) =>
    editor.apply(clips.map(({ id }) => ({ op: "clip", clip: id, [field]: value })), `${key}.${field}`);
  const setTransition = (/** @type {string} */ transition) =>
    transition && editor.apply(followed.map(({ id }) => ({ op: "transition", clip: id, transition })));
  const shared = (/** @type {(clip: any) => any} */ read) => (new Set(clips.map(read)).size === 1 ? read(clips[0]) : null);
  const volume = shared((clip) => clip.volume ?? 1);
  const transition = shared((clip) => clip.transitionType || "cut");
  const options = transitionOptions(transition ?? "cut");
  return html`<h2>${t("edit.severalSelected", { count: ids.length })}</h2>
    ${clips.length === ids.length
      ? html`<div class="pair">
            <${Numeric} label=${t("edit.speed")} unit="×" min=${MIN_SPEED} max=${MAX_SPEED} step="0.05" value=${shared(speedOf)} set=${set("speed")} />
            <${Numeric} label=${t("edit.volumeOfClip")} unit="%" min="0" max=${MAX_CLIP_VOLUME * 100} step="1"
              value=${volume === null ? null : Math.round(volume * 100)} set=${(/** @type {number} */ percent) => set("volume")(percent / 100)} />
          </div>
          <${SelectField} label=${t("edit.transition")} value=${transition ?? ""} onInput=${setTransition}
            options=${transition === null ? [{ value: "", label: "–" }, ...options] : options} />`
      : html`<p class="hint">${t("edit.severalHint")}</p>`}
    <div class="actions"><${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//></div>`;
}
