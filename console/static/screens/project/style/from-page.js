import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { post } from "../../../api.js";
import { Button } from "../../../components/button.js";
import { FormDialog } from "../../../components/dialogs.js";
import { TextField } from "../../../components/field.js";
import { ErrorNotice, Notice } from "../../../components/notice.js";
import { t } from "../../../i18n.js";
import { requestHeaders } from "../../../state/choices.js";
import { useRequest } from "../../../state/request.js";
import { toast } from "../../../state/toasts.js";

/** @typedef {Record<string, string | string[]>} StyleGuide */

/**
 * Extracts a style guide from a web page, and shows it before it replaces anything.
 * @param {{project: import("../../../documents/document.js").Document}} props
 */
export function FromPage({ project }) {
  const [url, setUrl] = useState("");
  const { busy, error, run } = useRequest();
  const [found, setFound] = useState(/** @type {StyleGuide | null} */ (null));
  const read = (/** @type {Event} */ event) => {
    event.preventDefault();
    run(async () => setFound(await readStyle(url.trim())));
  };
  const fieldError = error?.fields.url;
  return html`<form class="from-page stack tight" onSubmit=${read}>
    <${TextField}
      label=${t("style.page")}
      hint=${t("style.pageHint")}
      error=${fieldError}
      value=${url}
      onInput=${setUrl}
      placeholder="https://"
      inputmode="url"
      autocapitalize="off"
      spellcheck=${false}
      required
    />
    <div>
      <${Button} type="submit" icon="sparkles" busy=${busy}>${t(busy ? "style.reading" : "style.read")}<//>
    </div>
    ${error && !fieldError && html`<${ErrorNotice} error=${error} />`}
    </form>
    ${found && html`<${Found} project=${project} found=${found} onClose=${() => setFound(null)} />`}`;
}

/** @param {string} url @returns {Promise<StyleGuide>} Throws ApiError. */
async function readStyle(url) {
  const address = /^[a-z]+:\/\//i.test(url) ? url : `https://${url}`;
  const headers = await requestHeaders(["llm"]);
  return (await post("/api/style-guide/extract-from-landing", { url: address }, { headers })).data.styleGuide;
}

/**
 * The extracted values beside the current ones, to choose from.
 * @param {{project: import("../../../documents/document.js").Document, found: StyleGuide,
 *   onClose: () => void}} props
 */
function Found({ project, found, onClose }) {
  const fields = Object.keys(found);
  const [taken, setTaken] = useState(new Set(fields));
  const before = project.value.value.styleGuide ?? {};
  if (!fields.length) return html`<${Notice}>${t("style.nothing")}<//>`;
  const toggle = (/** @type {string} */ field) =>
    setTaken(new Set(taken.has(field) ? [...taken].filter((other) => other !== field) : [...taken, field]));
  const submit = async () => {
    const chosen = Object.fromEntries(fields.filter((field) => taken.has(field)).map((field) => [field, found[field]]));
    project.edit({ styleGuide: { ...project.value.value.styleGuide, ...chosen } });
    const undo = { label: t("common.undo"), run: () => project.edit({ styleGuide: before }) };
    toast(t("style.taken"), { action: undo });
  };
  return html`<${FormDialog} wide title=${t("style.found")} submit=${t("style.take")} onSubmit=${submit} onClose=${onClose}>
    <p>${t("style.foundText")}</p>
    <ul class="found">
      ${fields.map(
        (field) => html`<li>
          <label class="check">
            <input type="checkbox" checked=${taken.has(field)} onChange=${() => toggle(field)} />
            <strong>${t(`style.fields.${field}`)}</strong>
          </label>
          <${Value} label=${t("style.now")} value=${before[field]} />
          <${Value} label=${t("style.new")} value=${found[field]} />
        </li>`,
      )}
    </ul>
  <//>`;
}

/** @param {{label: string, value: string | string[] | undefined}} props */
function Value({ label, value }) {
  const texts = [value ?? []].flat();
  return html`<div class="found-value">
    <p class="note">${label}</p>
    ${texts.length === 0 && html`<p class="note">${t("conflict.empty")}</p>`}
    ${texts.map((text) => html`<p dir="auto">${/^#[\da-f]{3,8}$/i.test(text) ? html`<span class="swatch"><span style=${{ background: text }}></span>${text}</span>` : text}</p>`)}
  </div>`;
}
