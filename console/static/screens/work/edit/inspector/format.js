/** The format of the video. */

import { html } from "htm/preact";
import { SelectField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { clipsInOrder, settingsOf } from "../../../../timeline/editor-state.js";
import { isArranged } from "../../../../timeline/operations/index.js";
import { FitField, RATES, SizeField } from "../../fields.js";

/** The frame, how clips of another shape fill it, and its rate. @param {import("./index.js").TabProps} props */
export function FormatTab({ editor }) {
  const settings = settingsOf(editor.state.value);
  const set = (/** @type {Partial<import("../../../../timeline/editor-state.js").Settings>} */ changes) =>
    editor.apply({ op: "format", ...changes });
  const setSize = (/** @type {import("../../../../timeline/geometry.js").Size} */ size) =>
    editor.apply([...arrangementOf(editor), { op: "format", ...size }]);
  const rates = RATES.includes(settings.fps) ? RATES : [...RATES, settings.fps].sort((a, b) => a - b);
  return html`<h2 class="visually-hidden">${t("edit.tabs.format")}</h2>
    <${SizeField} size=${settings} onChange=${setSize} />
    <${FitField} fit=${settings.fit ?? "contain"} onInput=${(/** @type {any} */ fit) => set({ fit })} />
    <${SelectField}
      label=${t("work.rate")}
      value=${String(settings.fps)}
      options=${rates.map((rate) => ({ value: String(rate), label: String(rate) }))}
      onInput=${(/** @type {string} */ rate) => set({ fps: Number(rate) })}
    />`;
}

/**
 * The operations that put the scenes onto the timeline, unless they are there: with nothing on it, a video
 * has the size of the brief.
 * @param {import("../editor.js").Editor} editor
 */
function arrangementOf({ document, state }) {
  if (isArranged(document.value.peek().editorState)) return [];
  return [{ op: "arrange", clips: clipsInOrder(state.peek()).map(({ sceneIndex: scene }) => ({ scene })) }];
}
