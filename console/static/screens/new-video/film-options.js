/** What is asked of a film from photos, beside the photos: how they are shown, captions, the length. */

import { html } from "htm/preact";
import { CaptionStyle } from "../../components/caption-style.js";
import { NumberField } from "../../components/field.js";
import { formatNumber, t } from "../../i18n.js";
import { shownSeconds } from "./lengths.js";

const STYLES = ["karaoke", "box", "plain", "one-word", ""];
const LOOK = { color: "#ffffff", accent: "#ffd400" };
const FITS = ["blur", "cover"];
const LONGEST = 600; // seconds

/** @param {{style: string, onChange: (style: string) => void}} props */
export function Captions({ style, onChange }) {
  return html`<fieldset class="field">
    <legend>${t("film.captions")}</legend>
    <div class="caption-styles">
      ${STYLES.map(
        (each) =>
          html`<${CaptionStyle} key=${each} style=${each} name=${t(`film.captionStyles.${each || "none"}`)} sample=${t("film.captionSample")}
            look=${{ ...LOOK, style }} onChoose=${onChange} />`,
      )}
    </div>
  </fieldset>`;
}

/**
 * How photos of another shape than the film's are shown.
 * @param {{fit: string, onChange: (fit: string) => void}} props
 */
export function PhotoFit({ fit, onChange }) {
  return html`<fieldset class="field">
    <legend>${t("film.fit")}</legend>
    <div class="segments">
      ${FITS.map(
        (value) =>
          html`<label class="segment" key=${value}>
            <input type="radio" name="fit" value=${value} checked=${fit === value} onChange=${() => onChange(value)} />
            <span>${t(`work.fits.${value}`)}</span>
          </label>`,
      )}
    </div>
  </fieldset>`;
}

/**
 * How long the film is to be; the lines decide, and it says what they come to.
 * @param {{lines: string[], wished: number | null, onChange: (seconds: number | null) => void}} props
 */
export function Length({ lines, wished, onChange }) {
  const seconds = Math.round(shownSeconds(lines, wished).reduce((sum, each) => sum + each, 0));
  const isLonger = wished !== null && seconds > Math.ceil(wished);
  const hint = lines.length ? t(isLonger ? "film.comesToMore" : "film.comesTo", { seconds: formatNumber(seconds) }) : t("film.lengthHint");
  return html`<${NumberField} label=${t("film.length")} optional hint=${hint} unit="s" min="2" max=${LONGEST} step="any" value=${wished} onInput=${onChange} />`;
}
