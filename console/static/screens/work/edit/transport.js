import { html } from "htm/preact";
import { IconButton } from "../../../components/button.js";
import { t } from "../../../i18n.js";
import { timecode } from "../../../timeline/display.js";

/**
 * The buttons of the player, its time, and undo and redo.
 * @param {{editor: import("./editor.js").Editor, player: import("../../../player/player.js").Player,
 *   showKeys: () => void}} props
 */
export function Transport({ editor, player, showKeys }) {
  const playing = player.playing.value;
  return html`<div class="transport" role="toolbar" aria-label=${t("edit.player")}>
    <${IconButton} icon="undo-2" label=${t("edit.undo")} disabled=${!editor.canUndo.value} onClick=${() => editor.undo()} />
    <${IconButton} icon="redo-2" label=${t("edit.redo")} disabled=${!editor.canRedo.value} onClick=${() => editor.redo()} />
    <span class="spacer"></span>
    <${IconButton} icon="skip-back" label=${t("edit.toStart")} onClick=${() => player.seek(0)} />
    <${IconButton}
      icon=${playing ? "pause" : "play"}
      label=${t(playing ? "edit.pause" : "edit.play")}
      onClick=${() => player.toggle()}
    />
    <${IconButton} icon="skip-forward" label=${t("edit.toEnd")} onClick=${() => player.seek(Infinity)} />
    <${Time} ...${{ editor, player }} />
    <span class="spacer"></span>
    <${IconButton} icon="keyboard" class="keys" label=${t("edit.keys.title")} onClick=${showKeys} />
    <${IconButton} icon="maximize" label=${t("edit.fullScreen")} onClick=${() => player.toggleFullscreen()} />
  </div>`;
}

/**
 * The only part that changes at each frame.
 * @param {{editor: import("./editor.js").Editor, player: import("../../../player/player.js").Player}} props
 */
function Time({ editor, player }) {
  const { rate } = editor.model.value.plan;
  return html`<output class="time" aria-label=${t("edit.time")}>
    ${timecode(player.time.value, rate)} / ${timecode(player.end.value, rate)}
  </output>`;
}
