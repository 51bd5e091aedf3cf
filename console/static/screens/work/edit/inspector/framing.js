/** What part of its picture a clip shows: its crop, and its motion. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button } from "../../../../components/button.js";
import { t } from "../../../../i18n.js";
import { settingsOf } from "../../../../timeline/editor-state.js";
import { WHOLE, isWhole, motionOf } from "../../../../timeline/framing.js";
import { sourceOf } from "../../../../timeline/placed-clips.js";
import { MotionChoice } from "./motion-choice.js";
import { Section } from "./section.js";
import { ScaledFields, WindowFields } from "./window-fields.js";
import { WindowPad } from "./window-pad.js";
import { filling } from "./window-shapes.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 * @typedef {import("../../../../timeline/framing.js").Window} Window
 */

/** @param {{editor: Editor, clip: Action}} props */
export function FramingFields({ editor, clip }) {
  const [size, setSize] = useState(/** @type {import("../../../../timeline/geometry.js").Size | null} */ (null));
  const picture = {
    source: sourceOf(editor.sources.value, clip.assetId ?? clip.sceneIndex),
    at: clip.trimStart ?? 0,
    size,
    setSize,
  };
  return html`<${Crop} ...${{ editor, clip, picture }} /><${Motion} ...${{ editor, clip, picture }} />`;
}

/** @param {{editor: Editor, clip: Action, picture: import("./window-pad.js").Picture}} props */
function Crop({ editor, clip, picture }) {
  const { id } = clip;
  const crop = clip.crop ?? WHOLE;
  const operation = (/** @type {Window} */ next) => ({ op: "clip", clip: id, crop: isWhole(next) ? null : next });
  const set = (/** @type {Window} */ next) => editor.apply(operation(next), `${id}.crop`);
  const preview = (/** @type {Window|null} */ next) => editor.preview(next && [operation(next)]);
  const fill = () => picture.size && set(filling(picture.size, settingsOf(editor.state.peek()), crop));
  return html`<${Section} name="crop" title=${t("edit.framing.crop")} state=${isWhole(crop) ? t("edit.framing.whole") : percent(crop)}>
    <${WindowPad} ...${{ picture, part: WHOLE, window: crop, set, preview }} />
    <${WindowFields} window=${crop} set=${set} />
    <div class="actions">
      <${Button} small icon="maximize" disabled=${!picture.size} onClick=${fill}>${t("edit.framing.fill")}<//>
      <${Button} small icon="undo-2" disabled=${isWhole(crop)} onClick=${() => set(WHOLE)}>${t("edit.framing.reset")}<//>
    </div>
  <//>`;
}

/** @param {{editor: Editor, clip: Action, picture: import("./window-pad.js").Picture}} props */
function Motion({ editor, clip, picture }) {
  const { id, motion } = clip;
  const named = (/** @type {any} */ each) => t(`edit.framing.motions.${each ? (each.preset ?? "custom") : "none"}`);
  const choose = (/** @type {any} */ next) => {
    if (!editor.apply({ op: "clip", clip: id, motion: next })) return;
    editor.announce("chosen", { what: t("edit.framing.motion"), value: named(next) });
  };
  const name = motion ? (motion.preset ?? "custom") : "none";
  return html`<${Section} name="motion" title=${t("edit.framing.motion")} state=${named(motion)}>
    <${MotionChoice} ...${{ name, motion, choose }} />
    ${name === "custom" &&
    ["from", "to"].map((end) => html`<${End} key=${end} ...${{ editor, clip, picture, end }} />`)}
  <//>`;
}

/**
 * The window at the beginning or the end of a motion.
 * @param {{editor: Editor, clip: Action, picture: import("./window-pad.js").Picture, end: "from"|"to"}} props
 */
function End({ editor, clip: { id, crop, motion }, picture, end }) {
  const { begin, end: last } = motionOf(motion);
  const whole = { from: begin, to: last };
  const operation = (/** @type {Window} */ next) => ({ op: "clip", clip: id, motion: { ...whole, [end]: next } });
  const set = (/** @type {Window} */ next) => editor.apply(operation(next), `${id}.motion.${end}`);
  const preview = (/** @type {Window|null} */ next) => editor.preview(next && [operation(next)]);
  return html`<fieldset class="motion-end">
    <legend>${t(`edit.framing.${end}`)}</legend>
    <${WindowPad} ...${{ picture, part: crop ?? WHOLE, window: whole[end], set, preview, isScaled: true }} />
    <${ScaledFields} window=${whole[end]} set=${set} />
  </fieldset>`;
}

/** @param {Window} window */
function percent({ width, height }) {
  return t("edit.framing.sides", { width: Math.round(width * 100), height: Math.round(height * 100) });
}
