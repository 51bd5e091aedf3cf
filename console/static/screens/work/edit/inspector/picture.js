/** The fields of a picture over the video. */

import { html } from "htm/preact";
import { IconButton } from "../../../../components/button.js";
import { t } from "../../../../i18n.js";
import { Animations } from "./text-look.js";
import { OverlayActions, Position, Times, Whole, setter } from "./parts.js";

/**
 * @typedef {import("../editor.js").Editor} Editor
 * @typedef {import("../../../../timeline/editor-state.js").Action} Action
 */

/** @param {{editor: Editor, action: Action}} props */
export function PictureFields({ editor, action }) {
  const { id } = action;
  const overlay = editor.state.value.imageOverlays[id];
  const set = setter(editor, id);
  const { width, height, maintainAspectRatio: isLocked = true } = overlay;
  const setSize = (/** @type {"width"|"height"} */ field) => (/** @type {number} */ typed) => {
    const scaled = (/** @type {number} */ side) => Math.max(1, Math.round((side * typed) / overlay[field]));
    const size = isLocked ? { width: scaled(width), height: scaled(height) } : { [field]: typed };
    editor.changeItem(id, size, `${id}.size`);
  };
  const setOpacity = (/** @type {number} */ percent) => set("opacity")(Math.max(0, Math.min(percent, 100)) / 100);
  return html`<h2>${t("edit.picture")}</h2>
    <div class="pair linked">
      <${Whole} label=${t("edit.width")} min="1" value=${width} set=${setSize("width")} />
      <${IconButton} icon=${isLocked ? "lock" : "lock-open"} label=${t("edit.keepShape")} aria-pressed=${isLocked}
        onClick=${() => set("keepAspect")(!isLocked)} />
      <${Whole} label=${t("edit.height")} min="1" value=${height} set=${setSize("height")} />
    </div>
    <${Position} ...${{ overlay, set }} />
    <div class="pair">
      <${Whole} label=${t("edit.opacity")} unit="%" min="0" max="100" value=${overlay.opacity * 100} set=${setOpacity} />
      <${Whole} label=${t("edit.rotation")} unit="°" value=${overlay.rotation} set=${set("rotation")} />
    </div>
    <${Times} ...${{ editor, action }} />
    <${Animations} ...${{ overlay, set }} />
    <${OverlayActions} ...${{ editor, id }} />`;
}
