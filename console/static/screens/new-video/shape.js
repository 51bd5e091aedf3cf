import { html } from "htm/preact";
import { t } from "../../i18n.js";

const SHAPES = ["portrait", "square", "landscape"];

/** The shape of a video. @param {{shape: string, onChange: (shape: string) => void}} props */
export function Shape({ shape, onChange }) {
  return html`<fieldset class="field">
    <legend>${t("newVideo.shape")}</legend>
    <div class="segments">
      ${SHAPES.map(
        (value) =>
          html`<label class="segment">
            <input type="radio" name="shape" value=${value} checked=${shape === value} onChange=${() => onChange(value)} />
            <span><i class=${`shape ${value}`}></i>${t(`newVideo.shapes.${value}`)}</span>
          </label>`,
      )}
    </div>
  </fieldset>`;
}

