import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { t } from "../i18n.js";
import { onReachable } from "../state/connection.js";
import { problemOf } from "../unplayable.js";
import { Notice, Reason } from "./notice.js";

/** @typedef {import("../unplayable.js").Problem} Problem */

/**
 * A video; where it cannot be shown, why, and what to do about that.
 * @param {{src: string, video?: any, fallback?: any, unavailable?: any, hasPicture?: boolean,
 *   children?: any, [attribute: string]: any}} props `video` is a ref to the element; `fallback` is
 *   shown if the browser does not know the format, `unavailable` if the file could not be fetched;
 *   files with sound alone, without `hasPicture`, are played
 */
export function Clip({ video, fallback, unavailable, hasPicture = true, children, ...attributes }) {
  const { src } = attributes;
  const [failed, setFailed] = useState({ src, problem: /** @type {Problem | null} */ (null) });
  const setProblem = (/** @type {Problem | null} */ problem) => setFailed({ src, problem });
  useEffect(() => () => setProblem(null), [src]);
  const problem = failed.src === src && failed.problem;
  useEffect(() => (problem === "file" ? onReachable(() => setProblem(null)) : undefined), [problem]);
  if (problem === "format") return fallback ?? html`<${Unplayable} src=${src} />`;
  if (problem === "file") return unavailable ?? html`<${Unavailable} onAgain=${() => setProblem(null)} />`;
  const check = async (/** @type {any} */ { currentTarget }) => {
    const found = await problemOf(currentTarget);
    if (found) setProblem(found);
  };
  return html`<video ref=${video} ...${attributes} onError=${check} onLoadedMetadata=${hasPicture && check}>
    ${children}
  </video>`;
}

/** @param {{onAgain: () => void}} props */
function Unavailable({ onAgain }) {
  return html`<div class="unplayable"><${Reason} text=${t("failure.other")} onAgain=${onAgain} /></div>`;
}

/** @param {{src: string}} props */
function Unplayable({ src }) {
  return html`<div class="unplayable">
    <${Notice} kind="warning">${t("common.unplayable")} <a href=${src} download>${t("common.download")}</a><//>
  </div>`;
}
