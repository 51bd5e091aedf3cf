/** The dialog that makes review links, and lists those of a work. */

import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { Button } from "../../../components/button.js";
import { newKey } from "../../../discussion/drafts.js";
import { CopyText } from "../../../components/copy-text.js";
import { Dialog } from "../../../components/dialogs.js";
import { Loading } from "../../../components/fallbacks.js";
import { SelectField, TextField } from "../../../components/field.js";
import { ErrorNotice, Notice } from "../../../components/notice.js";
import { t } from "../../../i18n.js";
import { useLoad } from "../../../state/load.js";
import { useRequest } from "../../../state/request.js";
import { LATEST, listReviewLinks, makeReviewLink } from "../../../state/reviews.js";
import "../../../i18n/review.js";
import { DAY, DAYS, LinkRow, LONGEST_NAME, nameOf, SHORTEST_PASSWORD } from "./link-row.js";

/**
 * @typedef {import("../../../state/exports.js").Export} Export
 * @typedef {import("../../../state/reviews.js").ReviewLink} ReviewLink
 * @typedef {{value: any, body: any, key: string}} Attempt
 */

/**
 * @param {{path: string, videos: Export[], exportId?: string, onClose: () => void}} props
 *   `path`: that of the work in the API; `exportId`: the video that was chosen
 */
export function ShareDialog({ path, videos, exportId = LATEST, onClose }) {
  const { data: links, error, reload } = useLoad(() => listReviewLinks(path), [path]);
  const [made, setMade] = useState(/** @type {ReviewLink | null} */ (null));
  const add = (/** @type {ReviewLink} */ link) => {
    setMade(link);
    reload();
  };
  return html`<${Dialog} title=${t("share.title")} wide onClose=${onClose}>
    <div class="share stack">
      <p class="hint">${t("share.lead")}</p>
      <div role="status" class="fresh">
        ${made &&
        html`<${Notice} kind="success">
          <p>${t("share.made")}</p>
          <${CopyText} label=${t("share.link")} text=${made.url ?? ""} />
          ${made.hasPassword && html`<p>${t("share.madePassword")}</p>`}
        <//>`}
      </div>
      <${NewLink} ...${{ path, videos, exportId }} onMade=${add} />
      <section class="stack" aria-labelledby="share-links">
        <h3 id="share-links">${t("share.links")}</h3>
        ${!links && (error ? html`<${ErrorNotice} error=${error} />` : html`<${Loading} />`)}
        ${links?.length === 0 && html`<p class="hint">${t("share.none")}</p>`}
        <ul class="rows">
          ${links?.map((link) => html`<${LinkRow} key=${link.id} ...${{ path, link, videos, reload }} />`)}
        </ul>
      </section>
    </div>
  <//>`;
}

/**
 * @param {{path: string, videos: Export[], exportId: string, onMade: (link: ReviewLink) => void}} props
 */
function NewLink({ path, videos, exportId, onMade }) {
  const [value, setValue] = useState({ exportId, days: "30", password: "", mayDownload: false, name: "" });
  const { busy, error, run } = useRequest();
  const last = useRef(/** @type {Attempt | null} */ (null));
  const change = (/** @type {Partial<typeof value>} */ changed) => setValue((before) => ({ ...before, ...changed }));
  const make = async () => {
    last.current = attemptOf(value, last.current);
    onMade(await makeReviewLink(path, last.current.body, last.current.key));
    change({ password: "", name: "" });
  };
  const send = (/** @type {Event} */ event) => {
    event.preventDefault();
    run(make);
  };
  const options = [{ value: LATEST, label: t("share.latest") }, ...videos.map((video) => ({ value: video.id, label: nameOf(video) }))];
  return html`<form class="stack" aria-label=${t("share.title")} onSubmit=${send}>
    <${SelectField} label=${t("share.shows")} value=${value.exportId} options=${options} autofocus
      hint=${value.exportId === LATEST ? t("share.latestHint") : undefined} onInput=${(/** @type {string} */ id) => change({ exportId: id })} />
    <div class="pair">
      <${SelectField} label=${t("share.ends")} value=${value.days} options=${DAYS.map((days) => ({ value: days, label: t(`share.days.${days}`) }))}
        onInput=${(/** @type {string} */ days) => change({ days })} />
      <${TextField} label=${t("share.password")} optional value=${value.password} autocomplete="off" minlength=${SHORTEST_PASSWORD}
        hint=${t("share.passwordHint", { count: SHORTEST_PASSWORD })} onInput=${(/** @type {string} */ password) => change({ password })} />
      <${TextField} label=${t("share.name")} optional value=${value.name} autocomplete="off" maxlength=${LONGEST_NAME}
        hint=${t("share.nameHint")} onInput=${(/** @type {string} */ name) => change({ name })} />
    </div>
    <label class="check">
      <input type="checkbox" checked=${value.mayDownload} onChange=${(/** @type {any} */ { target }) => change({ mayDownload: target.checked })} />
      <span>${t("share.mayDownload")}</span>
    </label>
    ${error && html`<${ErrorNotice} error=${error} />`}
    <div class="actions"><${Button} type="submit" kind="primary" icon="link" busy=${busy}>${t("share.make")}<//></div>
  </form>`;
}

/**
 * The request for what is in the form; the same as the last one if nothing was changed since.
 * @param {{exportId: string, days: string, password: string, mayDownload: boolean, name: string}} value
 * @param {Attempt | null} last
 * @returns {Attempt}
 */
function attemptOf(value, last) {
  if (last?.value === value) return last;
  const { exportId, days, password, mayDownload, name } = value;
  const expiresAt = Date.now() + Number(days) * DAY;
  const body = { exportId, expiresAt, mayDownload, name: name.trim(), ...(password ? { password } : {}) };
  return { value, body, key: newKey() };
}
