/** The format of the video. */

import { html } from "htm/preact";
import { SelectField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { settingsOf } from "../../../../timeline/editor-state.js";
import { FitField, RATES, SizeField } from "../../fields.js";

/** The frame, how clips of another shape fill it, and its rate. @param {import("./index.js").TabProps} props */
export function FormatTab({ editor }) {
  const settings = settingsOf(editor.state.value);
  const set = (/** @type {Partial<import("../../../../timeline/editor-state.js").Settings>} */ changes) =>
    editor.apply({ op: "format", ...changes });
  const rates = RATES.includes(settings.fps) ? RATES : [...RATES, settings.fps].sort((a, b) => a - b);
  return html`<h2 class="visually-hidden">${t("edit.tabs.format")}</h2>
    <${SizeField} size=${settings} onChange=${set} />
    <${FitField} fit=${settings.fit ?? "contain"} onInput=${(/** @type {any} */ fit) => set({ fit })} />
    <${SelectField}
      label=${t("work.rate")}
      value=${String(settings.fps)}
      options=${rates.map((rate) => ({ value: String(rate), label: String(rate) }))}
      onInput=${(/** @type {string} */ rate) => set({ fps: Number(rate) })}
    />`;
}
