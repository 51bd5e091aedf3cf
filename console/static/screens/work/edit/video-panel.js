import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { SelectField } from "../../../parts/field.js";
import { SizeField } from "../../../parts/size-field.js";
import { resized } from "../../../timeline/size.js";
import { settingsOf, withSettings } from "../../../timeline/state.js";
import { FitField, RATES } from "../format.js";
import { Captions } from "./captions.js";
import { Music } from "./music.js";
import { Panel } from "./panel.js";

/** @typedef {import("./editor.js").Editor} Editor */

/**
 * The fields of the whole video: its format, music and captions.
 * @param {{editor: Editor, player: import("../../../player/player.js").Player | null,
 *   ownAudio: import("./own-audio.js").OwnAudio}} props
 */
export function VideoPanel({ editor, player, ownAudio }) {
  return html`<${Panel} title=${t("edit.whole")} editor=${editor}>
    <p class="hint">${t("edit.nothing")}</p>
    <${Format} editor=${editor} />
    <${Music} ...${{ editor, ownAudio }} />
    <${Captions} ...${{ editor, player }} />
  <//>`;
}

/** The frame, how clips of another shape fill it, and its rate. @param {{editor: Editor}} props */
function Format({ editor }) {
  const settings = settingsOf(editor.state.value);
  const resize = (/** @type {import("../../../timeline/geometry.js").Size} */ size) =>
    editor.change((state) => resized(state, settingsOf(state), size));
  const set = (/** @type {Partial<import("../../../timeline/state.js").Settings>} */ changes) =>
    editor.change((state) => withSettings(state, changes));
  const rates = RATES.includes(settings.fps) ? RATES : [...RATES, settings.fps].sort((a, b) => a - b);
  return html`<${SizeField} size=${settings} onChange=${resize} />
    <${FitField} fit=${settings.fit ?? "contain"} onInput=${(/** @type {any} */ fit) => set({ fit })} />
    <${SelectField}
      label=${t("work.rate")}
      value=${String(settings.fps)}
      options=${rates.map((rate) => ({ value: String(rate), label: String(rate) }))}
      onInput=${(/** @type {string} */ rate) => set({ fps: Number(rate) })}
    />`;
}
