import { html } from "htm/preact";
import { Needs, useMay } from "../../../components/access.js";
import { Conflicts } from "../../../components/conflicts.js";
import { Dialog } from "../../../components/dialogs.js";
import { Failure } from "../../../components/fallbacks.js";
import { TextArea, TextField } from "../../../components/field.js";
import { DraftOffer, SaveStatus } from "../../../components/saving.js";
import { useDocument } from "../../../documents/open-documents.js";
import { t } from "../../../i18n.js";
import { placeholdersOf } from "../../../state/templates.js";
import { templateApi } from "../../../urls.js";
import { TemplatePicture } from "./picture.js";

/**
 * @typedef {import("../../../state/templates.js").Overlay} Overlay
 * @typedef {import("../../../state/templates.js").Content} Content
 */

/**
 * What a template adds to a video, and its name and description, saved as they are typed.
 * @param {{project: string, template: import("../../../state/templates.js").TemplateSummary,
 *   reload: () => Promise<void>, onClose: () => void}} props
 */
export function TemplateDialog({ project, template, reload, onClose }) {
  const { document, error } = useDocument(templateApi(project, template.id));
  const close = async () => {
    onClose();
    await document?.flush();
    await reload();
  };
  return html`<${Dialog} wide title=${document?.value.value.name ?? template.name} onClose=${close}>
    ${error && html`<${Failure} error=${error} />`}
    ${document &&
    html`<div class="asset">
      <div class="preview">
        <${TemplatePicture} project=${project} content=${document.value.value.content} />
      </div>
      <div class="stack">
        <${Fields} document=${document} />
        <${Contents} content=${document.value.value.content} />
      </div>
    </div>`}
  <//>`;
}

/** @param {{document: import("../../../documents/document.js").Document}} props */
function Fields({ document }) {
  const template = document.value.value;
  const errors = document.error.value?.fields ?? {};
  return html`<${Needs} right="change">
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${TextField}
      label=${t("common.name")}
      value=${template.name}
      error=${errors.name}
      maxlength="500"
      autocomplete="off"
      onInput=${(/** @type {string} */ name) => document.edit({ name })}
    />
    <${TextArea}
      label=${t("library.description")}
      optional
      value=${template.description ?? ""}
      error=${errors.description}
      onInput=${(/** @type {string} */ description) => document.edit({ description })}
    />
    ${useMay("change") && html`<${SaveStatus} document=${document} />`}
  <//>`;
}

/** The overlays in words. @param {{content: Content}} props */
function Contents({ content }) {
  const { textOverlays, imageOverlays, defaultTransition, exportSettings } = content;
  const keys = placeholdersOf(content);
  return html`<section class="stack tight" aria-label=${t("templates.contents")}>
    <ul class="overlays">
      ${textOverlays.map(
        (overlay) =>
          html`<li><p class="overlay-text" dir="auto">${overlay.text}</p><p class="note">${describeTiming(overlay)}</p></li>`,
      )}
      ${imageOverlays.map(
        (overlay) =>
          html`<li>
            <p>${t("templates.image", { width: Math.round(overlay.width), height: Math.round(overlay.height) })}</p>
            <p class="note">${describeTiming(overlay)}</p>
          </li>`,
      )}
    </ul>
    ${keys.length > 0 && html`<p class="note">${t("templates.placeholders", { keys: keys.join(", ") })}</p>`}
    ${defaultTransition && html`<p class="note">${t("templates.transition", { ...defaultTransition })}</p>`}
    ${exportSettings && html`<p class="note">${t("templates.settings", { ...exportSettings })}</p>`}
  </section>`;
}

/** @param {Overlay} overlay */
function describeTiming({ timingMode, startPercent, endPercent, startSeconds, endSeconds }) {
  const isRelative = timingMode === "relative";
  const start = (isRelative ? startPercent : startSeconds) ?? 0;
  const end = (isRelative ? endPercent : endSeconds) ?? null;
  if (!start && (end === null || (isRelative && end >= 100))) return t("templates.always");
  if (end === null) return t(`templates.from.${timingMode}`, { start });
  return t(`templates.between.${timingMode}`, { start, end });
}
