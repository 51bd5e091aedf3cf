import { html } from "htm/preact";
import { Button } from "../../../components/button.js";
import { SelectField, TextArea, TextField } from "../../../components/field.js";
import { t } from "../../../i18n.js";
import { listAssets } from "../../../state/assets.js";
import { useLoad } from "../../../state/load.js";
import { MIN_SECONDS, actionsOf, clipsInOrder, findItem } from "../../../timeline/editor-state.js";
import { transitionOptions } from "../fields.js";
import { kindOf } from "./compound-operations.js";
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
  const before = clips[index - 1];
  const apply = (/** @type {string} */ op, /** @type {(typed: any) => object} */ make) => (/** @type {any} */ typed) =>
    editor.apply({ op, clip: id, ...make(typed) }, `${id}.${op}`);
  const setStart = apply("gap", (typed) => ({ seconds: Math.max(0, typed - (before?.end ?? 0)) }));
  const move = (/** @type {number} */ after) => editor.apply({ op: "move", clip: id, after: clips[after]?.id ?? null });
  return html`<${Panel} title=${t("edit.clip", { number: clip.sceneIndex + 1 })} editor=${editor}>
    <div class="pair">
      <${Seconds} label=${t("edit.start")} value=${start} set=${setStart} />
      <${Seconds} label=${t("edit.length")} value=${end - start} min="0.1" set=${apply("trim", (seconds) => ({ seconds }))} />
    </div>
    <${Seconds} label=${t("edit.from")} hint=${t("edit.fromHint")} value=${trimStart} set=${apply("trim", (from) => ({ from }))} />
    ${index < clips.length - 1 &&
    html`<div class="pair transition">
      <${SelectField} label=${t("edit.transition")} value=${type} options=${transitionOptions(type)}
        onInput=${(/** @type {string} */ transition) => editor.apply({ op: "transition", clip: id, transition })} />
      ${type !== "cut" && html`<${Seconds} label=${t("edit.transitionLength")} value=${clip.transitionDuration ?? DEFAULT_TRANSITION}
        set=${apply("transition", (seconds) => ({ seconds }))} />`}
    </div>`}
    <div class="actions">
      <${Button} small icon="arrow-left" disabled=${index === 0} onClick=${() => move(index - 2)}>${t("edit.earlier")}<//>
      <${Button} small icon="arrow-right" disabled=${index === clips.length - 1} onClick=${() => move(index + 1)}>${t("edit.later")}<//>
      <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
    </div>
  <//>`;
}

/** @param {{editor: Editor, action: Action}} props */
function TextFields({ editor, action }) {
  const { id } = action;
  const overlay = editor.state.value.textOverlays[id];
  const set = setter(editor, id);
  return html`<${Panel} title=${t("edit.text")} editor=${editor}>
    <${TextArea} label=${t("edit.words")} rows="3" maxlength="10000" value=${overlay.text} onInput=${set("text")} />
    <div class="pair">
      <${Whole} label=${t("edit.size")} min="1" max="2000" value=${overlay.fontSize} set=${set("size")} />
      <${TextField} label=${t("edit.color")} type="color" value=${overlay.fontColor} onInput=${set("color")} />
    </div>
    <${Font} editor=${editor} value=${overlay.fontAssetId ?? null} set=${set("font")} />
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
  const set = setter(editor, id);
  const setSize = (/** @type {"width"|"height"} */ field) => (/** @type {number} */ typed) => {
    const { width, height, maintainAspectRatio = true } = overlay;
    const scaled = (/** @type {number} */ side) => Math.max(1, Math.round((side * typed) / overlay[field]));
    const size = maintainAspectRatio ? { width: scaled(width), height: scaled(height) } : { [field]: typed };
    editor.changeItem(id, size, `${id}.size`);
  };
  const setOpacity = (/** @type {number} */ percent) => set("opacity")(Math.max(0, Math.min(percent, 100)) / 100);
  return html`<${Panel} title=${t("edit.picture")} editor=${editor}>
    <div class="pair">
      <${Whole} label=${t("edit.width")} min="1" value=${overlay.width} set=${setSize("width")} />
      <${Whole} label=${t("edit.height")} min="1" value=${overlay.height} set=${setSize("height")} />
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

/**
 * Functions that change fields of a text, a picture or a place of music.
 * @param {Editor} editor @param {string} id
 */
const setter = (editor, id) => (/** @type {string} */ field) => (/** @type {any} */ value) =>
  editor.changeItem(id, { [field]: value }, `${id}.${field}`);

/** @param {{overlay: any, set: (field: string) => (value: any) => void}} props */
function Place({ overlay, set }) {
  return html`<div class="pair">
    <${Whole} label=${t("edit.x")} value=${overlay.centerX} set=${set("x")} />
    <${Whole} label=${t("edit.y")} value=${overlay.centerY} set=${set("y")} />
  </div>`;
}

/** @param {{editor: Editor, action: Action}} props */
function Times({ editor, action }) {
  const { id, start, end } = action;
  const move = (/** @type {number} */ to) => editor.changeItem(id, { start: to, end: end + to - start }, `${id}.start`);
  return html`<div class="pair">
    <${Seconds} label=${t("edit.start")} value=${start} set=${move} />
    <${Seconds} label=${t("edit.end")} value=${end} min=${start + MIN_SECONDS} set=${setter(editor, id)("end")} />
  </div>`;
}

/** @param {{editor: Editor, id: string}} props */
function OverlayActions({ editor, id }) {
  const put = (/** @type {1 | -1} */ by) => editor.apply(layerOperation(editor.state.peek(), id, by));
  return html`<div class="actions pairs">
    <${Button} small icon="arrow-up" onClick=${() => put(1)}>${t("edit.forward")}<//>
    <${Button} small icon="arrow-down" onClick=${() => put(-1)}>${t("edit.backward")}<//>
    <${Button} small icon="copy" onClick=${() => editor.duplicate()}>${t("edit.duplicate")}<//>
    <${Button} small icon="trash-2" onClick=${() => editor.remove()}>${t("common.delete")}<//>
  </div>`;
}

/**
 * The operations that put an overlay above the next one on its track, or below the one before it.
 * @param {import("../../../timeline/editor-state.js").State} state @param {string} id @param {1 | -1} by
 */
function layerOperation(state, id, by) {
  const item = findItem(state, id);
  if (!item) return [];
  const ids = actionsOf(state, item.track).map((action) => action.id);
  const index = ids.indexOf(id);
  const above = by > 0 ? ids[index + 1] : (ids[index - 2] ?? null);
  const isLast = by > 0 ? above === undefined : index === 0;
  return isLast ? [] : [{ op: "layer", kind: kindOf(item.track), id, above }];
}
