import { html } from "htm/preact";
import { useId, useState } from "preact/hooks";
import { IconButton } from "../../components/button.js";
import { CancelButton, JobIcon, ResumeButton, ResumeDialog, vendorsOf } from "../../components/job.js";
import { Menu } from "../../components/menu.js";
import { Progress } from "../../components/progress.js";
import "../../i18n/library.js";
import { formatAgo, formatDuration, formatTime, known, nameIn, t } from "../../i18n.js";
import { isActive, isOwn, isResumable } from "../../state/jobs.js";
import { projects } from "../../state/projects.js";
import { may } from "../../state/rights.js";
import { projectPage, workPage } from "../../urls.js";
import { Details } from "./details.js";

/** @typedef {import("../../state/jobs.js").Job} Job */

/** Where the tabs of a work show jobs, other than among its scenes. @type {Record<string, string>} */
const TABS = { analysis: "", export: "export" };

/** A job: what it makes, its work, its progress or error, and actions. @param {{job: Job}} props */
export function JobRow({ job }) {
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const name = nameOf(job);
  return html`<li class=${`job ${job.state}`}>
    <div class="job-line">
      <${JobIcon} state=${job.state} />
      <div class="job-text">
        <h2 class="job-name">${kindOf(job)}<${Owner} job=${job} /></h2>
        <${Progressing} job=${job} name=${name} />
        <${When} job=${job} />
      </div>
      <${Actions} job=${job} name=${name} />
      <${IconButton}
        icon="chevron-down"
        class=${`job-open ${isOpen ? "open" : ""}`}
        label=${t("jobs.details", { name })}
        aria-expanded=${String(isOpen)}
        aria-controls=${id}
        onClick=${() => setOpen(!isOpen)}
      />
    </div>
    <div id=${id} hidden=${!isOpen}>${isOpen && html`<${Details} job=${job} />`}</div>
  </li>`;
}

/** @param {{job: Job}} props */
function Owner({ job }) {
  const { projectId, workId, projectName, workName, kind } = job;
  if (!projectId || !workId) return null;
  const tab = TABS[kind] ?? "scenes";
  return html`<span class="job-owner">
    ${workName && html`<a href=${workPage(projectId, workId, tab)} dir="auto" title=${workName}>${workName}</a>`}
    ${projectName && html`<a class="job-project" href=${projectPage(projectId)} dir="auto" title=${projectName}>
      ${projectName}
    </a>`}
  </span>`;
}

/** The progress of a job, or its error. @param {{job: Job, name: string}} props */
function Progressing({ job, name }) {
  const { state, progress, reason } = job;
  if (state === "failed" || state === "interrupted") {
    return html`<p class="job-reason" dir="auto">${reason ?? progress.message}</p>`;
  }
  if (!isActive(job)) return null;
  return html`${state !== "queued" && html`<${Progress} label=${t("jobs.progress", { name })} value=${progress.percent} />`}
    <p class="job-message">
      <span>${progress.message}</span>
      ${state !== "queued" && html`<span>${progress.percent} %</span>`}
    </p>`;
}

/** @param {{job: Job}} props */
function When({ job }) {
  const { state, createdAt, startedAt, finishedAt, progress, calls, workId } = job;
  const seconds = startedAt && finishedAt ? (finishedAt - startedAt) / 1000 : 0;
  const parts = [
    !isOwn(job) && t("jobs.by", { name: job.userName ?? t("jobs.someone") }),
    nameIn("jobs.states", state),
    calls.length > 1 && t("jobs.doneOf", progress),
    !workId && t("jobs.noWork"),
    seconds >= 1 && t("jobs.took", { duration: formatDuration(seconds) }),
  ];
  const time = html`<time datetime=${new Date(createdAt).toISOString()} title=${formatTime(createdAt)}>
    ${formatAgo(createdAt)}
  </time>`;
  return html`<p class="job-when">${parts.filter(Boolean).join(" · ")}${" · "}${time}</p>`;
}

/** @param {{job: Job, name: string}} props */
function Actions({ job, name }) {
  const project = projects.value?.find(({ id }) => id === job.projectId);
  if (!may(project, "change")) return null;
  if (isActive(job)) return html`<div class="job-actions"><${CancelButton} job=${job} name=${name} /></div>`;
  if (!isResumable(job)) return null;
  const isUnpaid = vendorsOf(job).length > 0 && !may(project, "pay");
  return html`<div class="job-actions">
    <${ResumeButton} job=${job} name=${name} reason=${isUnpaid ? t("pay.reason") : undefined} />
    ${!isUnpaid && html`<${OtherActions} job=${job} name=${name} />`}
  </div>`;
}

/** @param {{job: Job, name: string}} props */
function OtherActions({ job, name }) {
  const [asking, setAsking] = useState(false);
  if (!vendorsOf(job).length) return null;
  const items = [{ label: t("jobs.resumeWithKey"), icon: "key-round", onSelect: () => setAsking(true) }];
  return html`<${Menu} label=${t("jobs.actions", { name })} items=${items} />
    ${asking && html`<${ResumeDialog} job=${job} onClose=${() => setAsking(false)} />`}`;
}

/** What a job makes, such as `Scene 3`. @param {import("../../state/jobs.js").Job} job */
function kindOf({ kind, calls, request }) {
  if (kind === "scene") {
    return calls.length ? t("jobs.kinds.scene", { scene: calls[0].sceneIndex + 1 }) : t("jobs.kinds.other");
  }
  if (kind === "scenes") return t("jobs.kinds.scenes", { count: request.sceneIndexes?.length ?? 0 });
  return t(known(`jobs.kinds.${kind}`, "jobs.kinds.other"));
}

/** The name of a job for screen readers and confirmations. @param {import("../../state/jobs.js").Job} job */
export const nameOf = (job) => (job.workName ? `${kindOf(job)} · ${job.workName}` : kindOf(job));
