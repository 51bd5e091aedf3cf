/** The fields of a text over the video. */

import { html } from "htm/preact";
import { SelectField, TextArea } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { listAssets } from "../../../../state/assets.js";
import { useLoad } from "../../../../state/load.js";
import { ColorField } from "./color-field.js";
import { OverlayActions, Position, Times, Whole, setter } from "./parts.js";
import { Alignment, LookSections, Presets, Weight } from "./text-look.js";

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
    <div class="pair">
      <${Whole} label=${t("edit.size")} unit="px" min="1" max="2000" value=${overlay.fontSize} set=${set("size")} />
      ${!overlay.fontAssetId && html`<${Weight} ...${{ overlay, set }} />`}
    </div>
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
