import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { isUnplayable } from "../unplayable.js";
import { Notice } from "./notice.js";

/**
 * A video; where the browser cannot show it, `fallback`, by default what to do about that.
 * @param {{src: string, video?: any, fallback?: any, children?: any, [attribute: string]: any}} props
 *   `video` is a ref to the element
 */
export function Clip({ video, fallback, children, ...attributes }) {
  const { src } = attributes;
  const [failed, setFailed] = useState("");
  useEffect(() => setFailed(""), [src]);
  if (failed === src) return fallback ?? html`<${Unplayable} src=${src} />`;
  const check = (/** @type {any} */ { currentTarget }) => isUnplayable(currentTarget) && setFailed(src);
  return html`<video ref=${video} ...${attributes} onError=${check} onLoadedMetadata=${check}>${children}</video>`;
}

/** @param {{src: string}} props */
function Unplayable({ src }) {
  return html`<div class="unplayable">
    <${Notice} kind="warning">${t("common.unplayable")} <a href=${src} download>${t("common.download")}</a><//>
  </div>`;
}
