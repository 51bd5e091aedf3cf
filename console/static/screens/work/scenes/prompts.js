import { html } from "htm/preact";
import { NumberField, SelectField, TextArea, TextField } from "../../../components/field.js";
import { t } from "../../../i18n.js";
import { transitionOptions } from "../fields.js";
import { editScene } from "./actions.js";

/**
 * The texts of a scene; saved as they are typed. `children` are between the prompts and the details.
 * @param {{work: import("../../../documents/document.js").Document, scene: import("./actions.js").Scene,
 *   number: number, error: import("../../../api.js").ApiError | null, children?: any}} props  `number` counts from 1
 */
export function Prompts({ work, scene, number, error, children }) {
  const index = scene.scene_index;
  const field = (/** @type {keyof import("./actions.js").Scene} */ name) => ({
    value: scene[name] ?? "",
    error: error?.fields[`scenes.${number - 1}.${name}`],
    onInput: (/** @type {any} */ value) => editScene(work, index, { [name]: value }),
  });
  const transition = scene.transition ?? "cut";
  return html`<div class="scene-prompts">
      <${TextArea} rows="2" label=${t("scenes.imagePrompt")} placeholder=${t("scenes.imagePromptHint")} ...${field("image_prompt")} />
      <${TextArea} rows="2" label=${t("scenes.videoPrompt")} placeholder=${t("scenes.videoPromptHint")} ...${field("video_prompt")} />
    </div>
    ${children}
    <details class="scene-details">
      <summary>${t("scenes.details")}</summary>
      <div class="scene-fields">
        <${NumberField}
          label=${t("scenes.duration")}
          unit="s"
          min="0.5"
          max="600"
          step="any"
          ...${field("duration_seconds")}
          onInput=${(/** @type {number | null} */ seconds) =>
            seconds !== null && editScene(work, index, { duration_seconds: seconds })}
        />
        <${SelectField}
          label=${t("scenes.transition")}
          ...${field("transition")}
          value=${transition}
          options=${transitionOptions(transition)}
        />
        <${TextField} label=${t("scenes.overlay")} ...${field("text_overlay")} />
        <${TextField} label=${t("scenes.negative")} ...${field("negative_prompt")} />
      </div>
    </details>`;
}
