/** The dialog that makes review links, and lists those of a work. */

import { html } from "htm/preact";
import { useRef, useState } from "preact/hooks";
import { Button } from "../../../components/button.js";
import { CopyText } from "../../../components/copy-text.js";
import { DeleteDialog, Dialog, FormDialog } from "../../../components/dialogs.js";
import { Loading } from "../../../components/fallbacks.js";
import { SelectField, TextField } from "../../../components/field.js";
import { ErrorNotice, Notice } from "../../../components/notice.js";
import { newKey } from "../../../discussion/drafts.js";
import { formatDuration, formatTime, t } from "../../../i18n.js";
import "../../../i18n/review.js";
import { useLoad } from "../../../state/load.js";
import { useRequest } from "../../../state/request.js";
import { LATEST, changeReviewLink, listReviewLinks, makeReviewLink, revokeReviewLink } from "../../../state/reviews.js";
import { toast } from "../../../state/toasts.js";

// A review link in the list of a work's links: it can be changed and revoked.

/**
 * @typedef {import("../../../state/exports.js").Export} Export
 * @typedef {import("../../../state/reviews.js").ReviewLink} ReviewLink
 * @typedef {{path: string, link: ReviewLink, reload: () => Promise<void>}} Props  `path`: that of the work in the API
 */

const DAY = 86_400_000; // milliseconds
const DAYS = ["7", "30", "90", "364"]; // the service allows 365, by its own clock
const SHORTEST_PASSWORD = 6;
const LONGEST_NAME = 100;
const UNCHANGED = "";

/** @param {Export} video */
const nameOf = ({ createdAt, duration, width, height }) =>
  t("share.video", { date: formatTime(createdAt), duration: formatDuration(duration), width, height });

/**
 * A link, without its address, which only its maker has seen.
 * @param {Props & {videos: Export[]}} props
 */
function LinkRow({ path, link, videos, reload }) {
  const [open, setOpen] = useState(/** @type {"change" | "revoke" | null} */ (null));
  const { name, exportId, expiresAt, hasExport, hasPassword, mayDownload, createdBy } = link;
  const video = videos.find(({ id }) => id === exportId);
  const shows = exportId === LATEST ? t("share.latest") : video ? nameOf(video) : t("share.deleted");
  const title = name || shows;
  const details = [
    t("share.until", { date: formatTime(expiresAt) }),
    t("share.by", { name: createdBy.name }),
    ...(hasPassword ? [t("share.hasPassword")] : []),
    ...(mayDownload ? [t("share.canDownload")] : []),
  ];
  const dialog = { path, link, reload, title, onClose: () => setOpen(null) };
  return html`<li class="row">
    <div class="row-text">
      <h4 dir="auto">${title}</h4>
      ${name && html`<p class="note">${shows}</p>`}
      ${!hasExport && exportId === LATEST && html`<p class="note">${t("share.waiting")}</p>`}
      <p class="note" dir="auto">${details.join(" · ")}</p>
    </div>
    <div class="row-actions">
      <${Button} small aria-label=${t("share.changeNamed", { name: title })} onClick=${() => setOpen("change")}>${t("share.change")}<//>
      <${Button} small aria-label=${t("share.revokeNamed", { name: title })} onClick=${() => setOpen("revoke")}>${t("share.revoke")}<//>
    </div>
    ${open === "change" && html`<${ChangeDialog} ...${dialog} />`}
    ${open === "revoke" && html`<${RevokeDialog} ...${dialog} />`}
  </li>`;
}

/** @param {Props & {title: string, onClose: () => void}} props */
function RevokeDialog({ path, link, reload, title, onClose }) {
  const revoke = async () => {
    await revokeReviewLink(path, link);
    toast(t("share.revoked"));
    await reload();
  };
  return html`<${DeleteDialog} title=${t("share.revokeTitle")} submit=${t("share.revoke")} onSubmit=${revoke} onClose=${onClose}>
    <p dir="auto">${t("share.revokeText", { name: title })}</p>
    <p>${t("share.revokeKeeps")}</p>
  <//>`;
}

/** @param {Props & {onClose: () => void}} props */
function ChangeDialog({ path, link, reload, onClose }) {
  const [value, setValue] = useState({ name: link.name, days: UNCHANGED, password: "", isOpen: false, mayDownload: link.mayDownload });
  const change = (/** @type {Partial<typeof value>} */ changed) => setValue((before) => ({ ...before, ...changed }));
  const save = async () => {
    const { name, days, password, isOpen, mayDownload } = value;
    await changeReviewLink(path, link, {
      name: name.trim(),
      mayDownload,
      ...(days !== UNCHANGED ? { expiresAt: Date.now() + Number(days) * DAY } : {}),
      ...(isOpen ? { password: null } : password ? { password } : {}),
    });
    await reload();
  };
  const ends = [
    { value: UNCHANGED, label: t("share.endsAt", { date: formatTime(link.expiresAt) }) },
    ...DAYS.map((days) => ({ value: days, label: t(`share.days.${days}`) })),
  ];
  return html`<${FormDialog} title=${t("share.changeTitle")} submit=${t("share.save")} onSubmit=${save} onClose=${onClose}>
    <${TextField} label=${t("share.name")} optional value=${value.name} autocomplete="off" maxlength=${LONGEST_NAME}
      onInput=${(/** @type {string} */ name) => change({ name })} />
    <${SelectField} label=${t("share.ends")} value=${value.days} options=${ends} onInput=${(/** @type {string} */ days) => change({ days })} />
    ${!value.isOpen &&
    html`<${TextField} label=${t(link.hasPassword ? "share.newPassword" : "share.password")} optional value=${value.password} autocomplete="off"
      minlength=${SHORTEST_PASSWORD} hint=${t("share.passwordHint", { count: SHORTEST_PASSWORD })}
      onInput=${(/** @type {string} */ password) => change({ password })} />`}
    ${link.hasPassword && html`<${Check} label=${t("share.noPassword")} checked=${value.isOpen} onChange=${(/** @type {boolean} */ isOpen) => change({ isOpen })} />`}
    <${Check} label=${t("share.mayDownload")} checked=${value.mayDownload} onChange=${(/** @type {boolean} */ mayDownload) => change({ mayDownload })} />
  <//>`;
}

/** @param {{label: string, checked: boolean, onChange: (checked: boolean) => void}} props */
function Check({ label, checked, onChange }) {
  return html`<label class="check">
    <input type="checkbox" checked=${checked} onChange=${(/** @type {any} */ { target }) => onChange(target.checked)} />
    <span>${label}</span>
  </label>`;
}

/**
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
