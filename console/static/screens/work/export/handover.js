import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError, get } from "../../../api.js";
import { at } from "../../../base.js";
import { Button } from "../../../components/button.js";
import { Notice } from "../../../components/notice.js";
import { t } from "../../../i18n.js";

const FILES = { otio: "", zip: "?bundle=1" };

/**
 * The timeline for editing programs.
 * @param {{work: import("../../../documents/document.js").Document}} props
 */
export function Handover({ work }) {
  const [busy, setBusy] = useState("");
  const [error, setError] = useState(/** @type {ApiError | null} */ (null));
  const path = `${work.path}/timeline.otio`;
  const download = async (/** @type {keyof typeof FILES} */ kind) => {
    setBusy(kind);
    setError(null);
    try {
      await work.flush();
      await get(path); // says why if there is no timeline to hand over; a link could not
      save(path + FILES[kind], `${work.value.value.name}.${kind}`);
    } catch (failure) {
      if (!(failure instanceof ApiError)) throw failure;
      setError(failure);
    }
    setBusy("");
  };
  const button = (/** @type {keyof typeof FILES} */ kind) =>
    html`<${Button} reading icon="download" busy=${busy === kind} onClick=${() => download(kind)}>${t(`export.${kind}`)}<//>`;
  return html`<section class="panel stack export-handover" aria-labelledby="export-handover">
    <div>
      <h2 id="export-handover">${t("export.handover")}</h2>
      <p class="hint">${t("export.handoverText")}</p>
    </div>
    <div class="export-downloads">${button("otio")}${button("zip")}</div>
    ${error && html`<${Notice} kind="error">${error.text}<//>`}
  </section>`;
}

/** Let the browser download a file, with the cookie for media. @param {string} href @param {string} name */
function save(href, name) {
  const link = document.createElement("a");
  link.href = at(href);
  link.download = name;
  link.click();
}
