/** The presets of texts: their pictures, and what each adds to the timeline. */

import { html } from "htm/preact";
import { Menu } from "../../../components/menu.js";
import { t } from "../../../i18n.js";
import { TEXT_PRESETS } from "../../../timeline/facts.js";

/** How a preset looks, in a small frame. @param {{name: string}} props */
export function PresetPicture({ name }) {
  return html`<span class="text-preset" data-preset=${name} aria-hidden="true"><span data-sample=${t(`edit.look.samples.${name}`)}></span></span>`;
}

/**
 * A menu of texts in presets.
 * @param {{add: (fields: object) => void}} props  gets arguments of the operation `text`
 */
export function TextPresetMenu({ add }) {
  const items = TEXT_PRESETS.map((preset) => ({
    label: t(`edit.look.presets.${preset}`),
    picture: html`<${PresetPicture} name=${preset} />`,
    onSelect: () => add({ preset, text: t(`edit.look.words.${preset}`) }),
  }));
  return html`<${Menu} label=${t("edit.addPreset")} items=${items} icon="chevron-down" />`;
}
