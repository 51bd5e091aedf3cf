/** The fields of a text over the video. */

import { html } from "htm/preact";
import { useId } from "preact/hooks";
import { SelectField, TextArea } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { listAssets } from "../../../../state/assets.js";
import { useLoad } from "../../../../state/load.js";
import { settingsOf } from "../../../../timeline/editor-state.js";
import {
  ALIGNMENTS,
  ANIMATIONS,
  ANIMATION_SECONDS,
  LINE_HEIGHTS,
  OUTLINE_WIDTHS,
  TEXT_PRESETS,
  WEIGHTS,
} from "../../../../timeline/facts.js";
import { ANIMATION_ARGUMENTS } from "../../../../timeline/text-looks.js";
import { PresetPicture } from "../text-presets.js";
import { ColorField } from "./color.js";
import { Numeric, OverlayActions, Position, Seconds, Section, Times, Whole, setter } from "./parts.js";
import { OverlaySlider } from "./playing.js";

// The look of a text: its presets, alignment, and sections for what is changed less often.

/**
 * @typedef {(field: string) => (value: any) => void} Setter
 * @typedef {{overlay: any, set: Setter}} Props
 */

const DEFAULT_BOX = "#000000b3";
const DEFAULT_SECONDS = 0.5;
const SIZES = [8, 240]; // pixels, of the slider
const OUTLINE = 0.06; // of the font's size, of a new outline
const LINES = { left: [18, 10, 14], center: [18, 10, 14], right: [18, 10, 14] };

/** Presets, as buttons. @param {{set: Setter}} props */
function Presets({ set }) {
  const id = useId();
  return html`<div class="field">
    <span class="label" id=${id}>${t("edit.look.preset")}</span>
    <div class="text-presets" role="group" aria-labelledby=${id}>
      ${TEXT_PRESETS.map(
        (name) => html`<button type="button" class="text-preset-button" title=${t(`edit.look.presets.${name}`)}
          aria-label=${t(`edit.look.presets.${name}`)} onClick=${() => set("preset")(name)}>
          <${PresetPicture} name=${name} />
        </button>`,
      )}
    </div>
  </div>`;
}

/** How bold a text is, in the bundled font. @param {Props} props */
function Weight({ overlay, set }) {
  const options = WEIGHTS.map((weight) => ({ value: String(weight), label: t(`edit.look.weights.${weight}`) }));
  return html`<${SelectField} label=${t("edit.look.weight")} value=${String(overlay.fontWeight ?? 700)} options=${options}
    onInput=${(/** @type {string} */ weight) => set("weight")(Number(weight))} />`;
}

/** Where the lines stand. @param {Props} props */
function Alignment({ overlay, set }) {
  const id = useId();
  const current = overlay.align ?? "center";
  return html`<div class="field">
    <span class="label" id=${id}>${t("edit.look.align")}</span>
    <div class="text-aligns" role="group" aria-labelledby=${id}>
      ${ALIGNMENTS.map(
        (align) => html`<button type="button" class="icon-button" title=${t(`edit.look.aligns.${align}`)}
          aria-label=${t(`edit.look.aligns.${align}`)} aria-pressed=${align === current}
          onClick=${() => set("align")(align === "center" ? null : align)}>
          <${AlignIcon} align=${align} />
        </button>`,
      )}
    </div>
  </div>`;
}

/** @param {{align: string}} props */
function AlignIcon({ align }) {
  const lines = LINES[/** @type {keyof typeof LINES} */ (align)].map((length, number) => {
    const start = align === "left" ? 3 : align === "right" ? 21 - length : 12 - length / 2;
    return `M${start} ${6 + 6 * number}h${length}`;
  });
  return html`<svg class="icon" aria-hidden="true" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"
    stroke-linecap="round"><path d=${lines.join("")} /></svg>`;
}

/** What most texts leave as it is. @param {Props & {editor: import("../editor.js").Editor}} props */
function LookSections({ overlay, set, editor }) {
  const { width } = settingsOf(editor.state.value);
  return html`<${Section} name="lines" title=${t("edit.look.sections.lines")}>
      <div class="pair">
        <${Numeric} label=${t("edit.look.lineHeight")} step="0.05" min=${LINE_HEIGHTS[0]} max=${LINE_HEIGHTS[1]}
          value=${overlay.lineHeight ?? 1.2} set=${set("lineHeight")} />
        <${Whole} label=${t("edit.look.width")} unit="px" min="1" value=${overlay.width ?? width / 2} set=${set("width")} />
      </div>
    <//>
    <${Section} name="outline" title=${t("edit.look.sections.outline")}><${Outline} ...${{ overlay, set }} /><//>
    <${Section} name="box" title=${t("edit.look.sections.box")}><${Box} ...${{ overlay, set }} /><//>
    <${Animations} ...${{ overlay, set }} />`;
}

/** How a text or picture comes and goes. @param {Props} props */
export function Animations({ overlay, set }) {
  return html`<${Section} name="animation" title=${t("edit.look.sections.animation")}>
    ${ANIMATION_ARGUMENTS.map((field) => html`<${Animation} ...${{ field, overlay, set }} />`)}
  <//>`;
}

/** @param {Props} props */
function Outline({ overlay, set }) {
  const { outlineWidth = 0, outlineColor = "#000000", shadow = true, fontSize } = overlay;
  const first = Math.max(1, Math.round(fontSize * OUTLINE));
  return html`<${Check} label=${t("edit.look.shadow")} checked=${shadow} set=${(/** @type {boolean} */ is) => set("shadow")(is ? null : false)} />
    <${Check} label=${t("edit.look.outline")} checked=${outlineWidth > 0}
      set=${(/** @type {boolean} */ is) => set("outlineWidth")(is ? first : null)} />
    ${outlineWidth > 0 && html`<div class="pair">
      <${Numeric} label=${t("edit.look.outlineWidth")} unit="px" step="0.5" min="0.5" max=${OUTLINE_WIDTHS[1]}
        value=${outlineWidth} set=${set("outlineWidth")} />
      <${ColorField} label=${t("edit.look.outlineColor")} value=${outlineColor} set=${set("outlineColor")} />
    </div>`}`;
}

/** @param {Props} props */
function Box({ overlay, set }) {
  const background = overlay.backgroundColor ?? null;
  return html`<${Check} label=${t("edit.look.box")} checked=${background !== null}
      set=${(/** @type {boolean} */ is) => set("background")(is ? DEFAULT_BOX : null)} />
    ${background !== null && html`<div class="pair">
      <${ColorField} label=${t("edit.look.boxColor")} value=${background} set=${set("background")} opacity />
    </div>`}`;
}

/** @param {Props & {field: string}} props */
function Animation({ field, overlay, set }) {
  const { type, seconds } = overlay[field] ?? { type: "", seconds: DEFAULT_SECONDS };
  const names = ["", ...ANIMATIONS];
  const options = names.map((name) => ({ value: name, label: t(`edit.look.animations.${name || "none"}`) }));
  const change = (/** @type {string} */ next) => set(field)(next ? { type: next, seconds } : null);
  return html`<div class="pair transition">
    <${SelectField} label=${t(`edit.look.${field}`)} value=${type} options=${options} onInput=${change} />
    ${type && html`<${Seconds} label=${t("edit.transitionLength")} aria-label=${t(`edit.look.${field}Length`)}
      min=${ANIMATION_SECONDS[0]} max=${ANIMATION_SECONDS[1]} value=${seconds}
      set=${(/** @type {number} */ typed) => set(field)({ type, seconds: typed })} />`}
  </div>`;
}

/** @param {{label: string, checked: boolean, set: (is: boolean) => void}} props */
function Check({ label, checked, set }) {
  return html`<label class="check">
    <input type="checkbox" checked=${checked} onChange=${(/** @type {any} */ event) => set(event.target.checked)} />
    <span>${label}</span>
  </label>`;
}

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

/** @param {import("./index.js").TabProps} props */
export function TextTab({ editor, selected }) {
  if (selected?.kind === "text") return html`<${TextFields} ...${{ editor, action: selected.action }} />`;
  return html`<p class="hint">${t("edit.noText")}</p>`;
}

/** @param {{editor: Editor, action: Action}} props */
function TextFields({ editor, action }) {
  const { id } = action;
  const overlay = editor.state.value.textOverlays[id];
  const set = setter(editor, id);
  return html`<h2>${t("edit.text")}</h2>
    <${TextArea} label=${t("edit.words")} rows="3" maxlength="10000" value=${overlay.text} onInput=${set("text")} />
    <${Presets} set=${set} />
    <${OverlaySlider} ...${{ editor, kind: "text", id }} field="size" label=${t("edit.size")} unit="px" value=${overlay.fontSize} range=${SIZES} min="1" max="2000" />
    ${!overlay.fontAssetId && html`<${Weight} ...${{ overlay, set }} />`}
    <${Font} editor=${editor} value=${overlay.fontAssetId ?? null} set=${set("font")} />
    <div class="pair">
      <${ColorField} label=${t("edit.color")} value=${overlay.fontColor} set=${set("color")} opacity />
    </div>
    <${Alignment} ...${{ overlay, set }} />
    <${Position} ...${{ overlay, set }} />
    <${Times} ...${{ editor, action }} />
    <${LookSections} ...${{ overlay, set, editor }} />
    <${OverlayActions} ...${{ editor, id }} />`;
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
