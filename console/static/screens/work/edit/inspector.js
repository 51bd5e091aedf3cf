import { html } from "htm/preact";
import { Button } from "../../../components/button.js";
import { SelectField, TextArea, TextField } from "../../../components/field.js";
import { t } from "../../../i18n.js";
import { listAssets } from "../../../state/assets.js";
import { useLoad } from "../../../state/load.js";
import {
  clipsInOrder,
  moveClip,
  setTransition,
  slipClip,
  startClipAt,
  trimClipEnd,
} from "../../../timeline/clips.js";
import { editOverlay, findItem, moveItem, raiseItem, resizeItem } from "../../../timeline/overlays.js";
import { transitionOptions } from "../fields.js";
import { Music } from "./music.js";
import { Panel, Seconds, Whole } from "./panel.js";
import { VideoPanel } from "./video-panel.js";

/**
 * @typedef {import("./editor.js").Editor} Editor
 * @typedef {import("../../../timeline/editor-state.js").Action} Action
 */

const DEFAULT_TRANSITION = 0.5; // seconds

/**
 * The fields of what is selected, or else of the whole video.
 * @param {{editor: Editor, player: import("../../../player/player.js").Player | null,
 *   ownAudio: import("./music.js").OwnAudio}} props
 */
export function Inspector({ editor, player, ownAudio }) {
  const id = editor.selection.value;
  const state = editor.state.value;
  const clip = clipsInOrder(state).find((each) => each.id === id);
  const item = id === null ? undefined : findItem(editor.placed.value, id);
  if (clip) return html`<${ClipFields} key=${id} ...${{ editor, clip }} />`;
  if (!item) return html`<${VideoPanel} ...${{ editor, player, ownAudio }} />`;
  const props = { editor, action: item.action };
  if (item.track === "textTrack") return html`<${TextFields} key=${id} ...${props} />`;
  if (item.track === "imageTrack") return html`<${PictureFields} key=${id} ...${props} />`;
  return html`<${MusicFields} key=${id} ...${props} ownAudio=${ownAudio} />`;
}

/** @param {{editor: Editor, clip: Action}} props */
function ClipFields({ editor, clip }) {
  const { id, start, end, trimStart = 0 } = clip;
  const clips = clipsInOrder(editor.state.value);
  const index = clips.findIndex((each) => each.id === id);
  const type = clip.transitionType || "cut";
  return html`<${Panel} title=${t("edit.clip", { number: clip.sceneIndex + 1 })} editor=${editor}>
    <div class="pair">
      <${Seconds} label=${t("edit.start")} value=${start} set=${(/** @type {number} */ v) => editor.change((s) => startClipAt(s, id, v), `${id}.start`)} />
      <${Seconds} label=${t("edit.length")} value=${end - start} min="0.1" set=${(/** @type {number} */ v) => editor.change((s) => trimClipEnd(s, id, start + v), `${id}.end`)} />
    </div>
    <${Seconds} label=${t("edit.from")} hint=${t("edit.fromHint")} value=${trimStart} set=${(/** @type {number} */ v) => editor.change((s) => slipClip(s, id, v), `${id}.trim`)} />
    ${index < clips.length - 1 &&
    html`<div class="pair transition">
      <${SelectField} label=${t("edit.transition")} value=${type} options=${transitionOptions(type)}
        onInput=${(/** @type {string} */ value) => editor.change((s) => setTransition(s, id, { type: value }))} />
      ${type !== "cut" && html`<${Seconds} label=${t("edit.transitionLength")} value=${clip.transitionDuration ?? DEFAULT_TRANSITION} step="0.1"
        set=${(/** @type {number} */ v) => editor.change((s) => setTransition(s, id, { seconds: v }), `${id}.transition`)} />`}
    </div>`}
    <div class="actions">
      <${Button} small icon="arrow-left" disabled=${index === 0} onClick=${() => editor.change((s) => moveClip(s, id, index - 1))}>${t("edit.earlier")}<//>
      <${Button} small icon="arrow-right" disabled=${index === clips.length - 1} onClick=${() => editor.change((s) => moveClip(s, id, index + 1))}>${t("edit.later")}<//>
      <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
    </div>
  <//>`;
}

/** @param {{editor: Editor, action: Action}} props */
function TextFields({ editor, action }) {
  const { id } = action;
  const overlay = editor.state.value.textOverlays[id];
  const set = (/** @type {string} */ field) => (/** @type {any} */ value) =>
    editor.change((state) => editOverlay(state, id, { [field]: value }), `${id}.${field}`);
  return html`<${Panel} title=${t("edit.text")} editor=${editor}>
    <${TextArea} label=${t("edit.words")} rows="3" maxlength="10000" value=${overlay.text} onInput=${set("text")} />
    <div class="pair">
      <${Whole} label=${t("edit.size")} min="1" max="2000" value=${overlay.fontSize} set=${set("fontSize")} />
      <${TextField} label=${t("edit.color")} type="color" value=${overlay.fontColor} onInput=${set("fontColor")} />
    </div>
    <${Font} editor=${editor} value=${overlay.fontAssetId ?? null} set=${set("fontAssetId")} />
    <${Place} ...${{ overlay, set }} />
    <${Times} ...${{ editor, action }} />
    <${OverlayActions} ...${{ editor, id }} />
  <//>`;
}

/**
 * The font of a text: those of the project, if there are any, or the bundled ones.
 * @param {{editor: Editor, value: string | null, set: (id: string | null) => void}} props
 */
function Font({ editor, value, set }) {
  const { projectId } = editor.document.value.value;
  const { data } = useLoad(() => listAssets(projectId, "font"), [projectId]);
  if (!data?.length && value === null) return null;
  const known = (data ?? []).map(({ id, name }) => ({ value: id, label: name }));
  const isKnown = value === null || known.some((font) => font.value === value);
  const options = [{ value: "", label: t("edit.bundledFont") }, ...known, ...(isKnown ? [] : [{ value, label: value }])];
  return html`<${SelectField} label=${t("edit.font")} value=${value ?? ""} options=${options}
    onInput=${(/** @type {string} */ id) => set(id || null)} />`;
}

/** @param {{editor: Editor, action: Action}} props */
function PictureFields({ editor, action }) {
  const { id } = action;
  const overlay = editor.state.value.imageOverlays[id];
  const set = (/** @type {string} */ field) => (/** @type {any} */ value) =>
    editor.change((state) => editOverlay(state, id, { [field]: value }), `${id}.${field}`);
  const setOpacity = (/** @type {number} */ percent) => set("opacity")(Math.max(0, Math.min(percent, 100)) / 100);
  return html`<${Panel} title=${t("edit.picture")} editor=${editor}>
    <div class="pair">
      <${Whole} label=${t("edit.width")} min="1" value=${overlay.width} set=${set("width")} />
      <${Whole} label=${t("edit.height")} min="1" value=${overlay.height} set=${set("height")} />
    </div>
    <${Place} ...${{ overlay, set }} />
    <div class="pair">
      <${Whole} label=${t("edit.opacity")} unit="%" min="0" max="100" value=${overlay.opacity * 100} set=${setOpacity} />
      <${Whole} label=${t("edit.rotation")} unit="°" value=${overlay.rotation} set=${set("rotation")} />
    </div>
    <${Times} ...${{ editor, action }} />
    <${OverlayActions} ...${{ editor, id }} />
  <//>`;
}

/** @param {{editor: Editor, action: Action, ownAudio: import("./music.js").OwnAudio}} props */
function MusicFields({ editor, action, ownAudio }) {
  return html`<${Panel} title=${t("edit.music")} editor=${editor}>
    <${Music} ...${{ editor, ownAudio }} />
    <${Times} ...${{ editor, action }} />
    <div class="actions"><${Button} small icon="x" onClick=${() => editor.remove()}>${t("edit.removeMusic")}<//></div>
  <//>`;
}

/** @param {{overlay: any, set: (field: string) => (value: any) => void}} props */
function Place({ overlay, set }) {
  return html`<div class="pair">
    <${Whole} label=${t("edit.x")} value=${overlay.centerX} set=${set("centerX")} />
    <${Whole} label=${t("edit.y")} value=${overlay.centerY} set=${set("centerY")} />
  </div>`;
}

/** @param {{editor: Editor, action: Action}} props */
function Times({ editor, action }) {
  const { id, start, end } = action;
  return html`<div class="pair">
    <${Seconds} label=${t("edit.start")} value=${start} set=${(/** @type {number} */ v) => editor.changeItem(id, (s) => moveItem(s, id, v), `${id}.start`)} />
    <${Seconds} label=${t("edit.end")} value=${end} set=${(/** @type {number} */ v) => editor.changeItem(id, (s) => resizeItem(s, id, { end: v }), `${id}.end`)} />
  </div>`;
}

/** @param {{editor: Editor, id: string}} props */
function OverlayActions({ editor, id }) {
  return html`<div class="actions pairs">
    <${Button} small icon="arrow-up" onClick=${() => editor.change((s) => raiseItem(s, id, 1))}>${t("edit.forward")}<//>
    <${Button} small icon="arrow-down" onClick=${() => editor.change((s) => raiseItem(s, id, -1))}>${t("edit.backward")}<//>
    <${Button} small icon="copy" onClick=${() => editor.duplicate()}>${t("edit.duplicate")}<//>
    <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
  </div>`;
}
