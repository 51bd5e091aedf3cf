/** What the timeline and its exports have in common: how clips fill the frame, and frame rates. */

import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { SelectField } from "../../parts/field.js";

/** Those in use, in frames per second. */
export const RATES = [24, 25, 30, 50, 60];
/** @type {import("../../timeline/timeline.js").Fit[]} */
const FITS = ["contain", "cover", "blur"];

/** How clips of another shape fill the frame. @param {{fit: string, onInput: (fit: string) => void}} props */
export function FitField({ fit, onInput }) {
  const options = FITS.map((value) => ({ value, label: t(`work.fits.${value}`) }));
  return html`<${SelectField} label=${t("work.fit")} value=${fit} options=${options} onInput=${onInput} />`;
}
