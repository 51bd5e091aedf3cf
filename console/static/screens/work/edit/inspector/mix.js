/** How the voices, the music and the sound of the clips are mixed. */

import { html } from "htm/preact";
import { SelectField } from "../../../../components/field.js";
import { t } from "../../../../i18n.js";
import { duckOf } from "../../../../timeline/work-sound.js";

const STEPS = [0, -6, -9, -12, -15, -18, -24]; // decibels

/** @param {{editor: import("../editor.js").Editor}} props */
export function MixFields({ editor: { document } }) {
  const work = document.value.value;
  const duck = duckOf(work);
  const steps = STEPS.includes(duck) ? STEPS : [...STEPS, duck].sort((a, b) => b - a);
  const label = (/** @type {number} */ step) => (step ? t("mix.quieter", { decibels: -step }) : t("mix.same"));
  const set = (/** @type {Record<string, any>} */ fields) => document.edit({ sound: { ...work.sound, ...fields } });
  const clips = ["keep", "duck", "mute"].map((value) => ({ value, label: t(`mix.clipsOptions.${value}`) }));
  return html`<${SelectField} label=${t("mix.duck")} value=${String(duck)}
      options=${steps.map((step) => ({ value: String(step), label: label(step) }))}
      onInput=${(/** @type {string} */ value) => set({ duck: Number(value) })} />
    <${SelectField} label=${t("mix.clips")} value=${work.sound?.clips ?? "keep"} options=${clips}
      onInput=${(/** @type {string} */ value) => set({ clips: value })} />`;
}
