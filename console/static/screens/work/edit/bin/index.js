import { html } from "htm/preact";
import { t } from "../../../../i18n.js";
import { newId } from "../../../../timeline/operations/index.js";
import { sceneThumbnail } from "../../../../urls.js";

/** The scenes that can be added to the end of the timeline. @param {{editor: import("../editor.js").Editor}} props */
export function Bin({ editor }) {
  const work = editor.document.value.value;
  const add = (/** @type {number} */ scene) => {
    const id = newId("clip");
    editor.apply({ op: "insert", scene, new: id });
    editor.selection.value = id;
  };
  return html`<div class="bin-scenes">
    ${editor.scenes.map(
      (scene) =>
        html`<button key=${scene} type="button" class="bin-scene" onClick=${() => add(scene)}>
          <img src=${sceneThumbnail(work, scene)} alt="" loading="lazy" />
          <span>${t("scenes.scene", { number: scene + 1 })}</span>
        </button>`,
    )}
  </div>`;
}
