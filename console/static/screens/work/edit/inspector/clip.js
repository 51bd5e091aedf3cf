/** The fields of a clip, and of a picture over the video. */

import { html } from "htm/preact";
import { Button } from "../../../../components/button.js";
import { SelectField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { clipsInOrder } from "../../../../timeline/editor-state.js";
import { MIN_SECONDS } from "../../../../timeline/facts.js";
import { transitionOptions } from "../../fields.js";
import { mediaOf } from "../timeline/clip-media.js";
import { FramingFields } from "./framing.js";
import { Seconds } from "./parts.js";
import { PictureFields } from "./picture.js";
import { PlayingFields } from "./playing.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

const DEFAULT_TRANSITION = 0.5; // seconds

/** @param {import("./index.js").TabProps} props */
export function ClipTab({ editor, selected }) {
  if (selected?.kind === "clip") return html`<${ClipFields} ...${{ editor, clip: selected.action }} />`;
  if (selected?.kind === "picture") return html`<${PictureFields} ...${{ editor, action: selected.action }} />`;
  return html`<p class="hint">${t("edit.noClip")}</p>`;
}

/** @param {{editor: Editor, clip: Action}} props */
function ClipFields({ editor, clip }) {
  const { id, start, end, trimStart = 0 } = clip;
  const clips = clipsInOrder(editor.state.value);
  const index = clips.findIndex((each) => each.id === id);
  const type = clip.transitionType || "cut";
  const before = clips[index - 1];
  const apply = (/** @type {string} */ op, /** @type {(typed: any) => object} */ make) => (/** @type {any} */ typed) =>
    editor.apply({ op, clip: id, ...make(typed) }, `${id}.${op}`);
  const setStart = apply("gap", (typed) => ({ seconds: Math.max(0, typed - (before?.end ?? 0)) }));
  const transitions = transitionOptions(type);
  const choose = (/** @type {string} */ transition) => {
    if (!editor.apply({ op: "transition", clip: id, transition })) return;
    const value = transitions.find((each) => each.value === transition)?.label ?? transition;
    editor.announce("chosen", { what: t("edit.transition"), value });
  };
  const move = (/** @type {number} */ after) => editor.apply({ op: "move", clip: id, after: clips[after]?.id ?? null });
  return html`<h2 dir="auto">${editor.assetNames.value.get(clip.assetId) ?? t("edit.clip", { number: clip.sceneIndex + 1 })}</h2>
    <div class="pair">
      <${Seconds} label=${t("edit.start")} value=${start} set=${setStart} />
      <${Seconds} label=${t("edit.length")} value=${end - start} min=${MIN_SECONDS} set=${apply("trim", (seconds) => ({ seconds }))} />
    </div>
    ${mediaOf(editor, clip).seconds !== null &&
    html`<${Seconds} label=${t("edit.trimStart")} value=${trimStart} set=${apply("trim", (from) => ({ from }))} />`}
    <${PlayingFields} ...${{ editor, clip }} />
    ${index < clips.length - 1 &&
    html`<div class="pair transition">
      <${SelectField} label=${t("edit.transition")} value=${type} options=${transitions}
        onInput=${choose} />
      ${type !== "cut" && html`<${Seconds} label=${t("edit.transitionLength")} value=${clip.transitionDuration ?? DEFAULT_TRANSITION}
        set=${apply("transition", (seconds) => ({ seconds }))} />`}
    </div>`}
    <${FramingFields} ...${{ editor, clip }} />
    <div class="actions">
      <${Button} small icon="arrow-left" disabled=${index === 0} onClick=${() => move(index - 2)}>${t("edit.earlier")}<//>
      <${Button} small icon="arrow-right" disabled=${index === clips.length - 1} onClick=${() => move(index + 1)}>${t("edit.later")}<//>
      <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
    </div>`;
}
