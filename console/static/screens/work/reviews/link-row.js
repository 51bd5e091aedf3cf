/** A review link in the list of a work's links: it can be changed and revoked. */

import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button } from "../../../components/button.js";
import { DeleteDialog, FormDialog } from "../../../components/dialogs.js";
import { SelectField, TextField } from "../../../components/field.js";
import { formatDuration, formatTime, t } from "../../../i18n.js";
import { changeReviewLink, LATEST, revokeReviewLink } from "../../../state/reviews.js";
import { toast } from "../../../state/toasts.js";

/**
 * @typedef {import("../../../state/exports.js").Export} Export
 * @typedef {import("../../../state/reviews.js").ReviewLink} ReviewLink
 * @typedef {{path: string, link: ReviewLink, reload: () => Promise<void>}} Props  `path`: that of the work in the API
 */

export const DAY = 86_400_000; // milliseconds
export const DAYS = ["7", "30", "90", "364"]; // the service allows 365, by its own clock
export const SHORTEST_PASSWORD = 6;
export const LONGEST_NAME = 100;
const UNCHANGED = "";

/** @param {Export} video */
export const nameOf = ({ createdAt, duration, width, height }) =>
  t("share.video", { date: formatTime(createdAt), duration: formatDuration(duration), width, height });

/**
 * A link, without its address, which only its maker has seen.
 * @param {Props & {videos: Export[]}} props
 */
export function LinkRow({ path, link, videos, reload }) {
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
