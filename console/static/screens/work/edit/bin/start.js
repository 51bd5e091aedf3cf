/** Media to begin a cut with, where there is none. */

import { html } from "htm/preact";
import { t } from "../../../../i18n.js";
import { useLibrary } from "../library.js";
import { FileDrops, Library } from "./tiles.js";

/** @param {{editor: import("../editor.js").Editor}} props */
export function BeginWithMedia({ editor }) {
  const library = useLibrary(editor);
  return html`${Boolean(library.assets.value?.length) && html`<section class="bin-start panel" aria-label=${t("edit.bin.title")}>
      <p class="note">${t("edit.bin.start")}</p>
      <${Library} ...${{ editor, player: null, library }} />
    </section>`}
    <${FileDrops} ...${{ editor, player: null }} />`;
}
