import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Button, IconButton } from "../../../components/button.js";
import { Progress } from "../../../components/progress.js";
import { formatSize, t } from "../../../i18n.js";
import { removeUpload, retryUpload } from "../../../state/asset-uploads.js";

/** @typedef {import("../../../state/asset-uploads.js").Upload} Upload */

/** The running and the failed uploads. @param {{uploads: Upload[]}} props */
export function UploadList({ uploads }) {
  return html`<section class=${uploads.length ? "panel uploads" : ""} aria-label=${t("library.uploads")}>
    <p class="visually-hidden" role="status"><${Summary} uploads=${uploads} /></p>
    ${uploads.length > 0 &&
    html`<ul>
      ${uploads.map((item) => html`<${Row} key=${item.id} item=${item} />`)}
    </ul>`}
  </section>`;
}

/** Tells screen readers when uploads start, and when all have ended. @param {{uploads: Upload[]}} props */
function Summary({ uploads }) {
  const active = uploads.filter(({ state }) => state !== "failed").length;
  const failed = uploads.length - active;
  const before = useRef(0);
  const [text, setText] = useState("");
  useEffect(() => {
    if (active > before.current) setText(t("library.uploading", { count: active }));
    else if (before.current && !active) setText(failed ? t("library.failed", { count: failed }) : t("library.arrived"));
    before.current = active;
  }, [active, failed]);
  return text;
}

/** @param {{item: Upload}} props */
function Row({ item }) {
  const { file, fraction, state, reason } = item;
  const name = file.name;
  return html`<li class="upload">
    <div class="upload-text">
      <p class="upload-name" dir="auto" title=${name}>${name}</p>
      ${state === "failed" ? html`<p class="failed">${reason}</p>` : html`<p class="note">${progressText(item)}</p>`}
    </div>
    ${state === "sending" && html`<${Progress} label=${name} value=${fraction < 1 ? fraction * 100 : null} />`}
    ${state === "failed" &&
    item.mayPass &&
    html`<${Button} small icon="rotate-ccw" onClick=${() => retryUpload(item)}>${t("common.tryAgain")}<//>`}
    <${IconButton}
      icon="x"
      label=${t(state === "failed" ? "library.dismiss" : "library.cancel", { name })}
      onClick=${() => removeUpload(item)}
    />
  </li>`;
}

/** @param {Upload} item */
function progressText({ file, fraction, state }) {
  const size = formatSize(file.size);
  if (state === "waiting") return t("library.waiting", { size });
  return fraction < 1 ? t("library.sent", { size, percent: Math.floor(fraction * 100) }) : t("library.examined");
}
