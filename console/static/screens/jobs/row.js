import { html } from "htm/preact";
import { useId, useState } from "preact/hooks";
import { may } from "../../components/access.js";
import { Button, Icon, IconButton } from "../../components/button.js";
import { CancelButton, JobIcon, ResumeButton, ResumeDialog, vendorsOf } from "../../components/job.js";
import { Menu } from "../../components/menu.js";
import { Notice } from "../../components/notice.js";
import { outcomeText } from "../../components/outcome.js";
import { Progress } from "../../components/progress.js";
import { FINISHED_STATES } from "../../facts.js";
import { formatAgo, formatDuration, formatTime, known, nameIn, t } from "../../i18n.js";
import "../../i18n/library.js";
import { isActive, isOwn, isResumable } from "../../state/jobs.js";
import { projects } from "../../state/projects.js";
import { useRequest } from "../../state/request.js";
import { isAccepted, redeliver } from "../../state/webhooks.js";
import { projectPage, workPage } from "../../urls.js";

const SHOWN_ATTEMPTS = 6; // attempts, the newest

/**
 * The attempts to deliver the webhook of a job, and a button for one more.
 * @param {{job: import("../../state/jobs.js").Job}} props
 */
function Deliveries({ job }) {
  const { busy, error, run } = useRequest();
  /** @type {import("../../state/webhooks.js").Delivery[]} */
  const deliveries = job.webhook.deliveries;
  return html`<h3>${t("webhook.title")}</h3>
    <p class="note"><bdi>${job.webhook.url}</bdi></p>
    <ul class="job-calls">
      ${deliveries.slice(-SHOWN_ATTEMPTS).map(
        (each) => html`<li key=${`${each.at} ${each.type}`} class="job-call">
          <p>
            <span>${formatTime(each.at)}</span>
            <span class="job-call-model">${each.type}</span>
            <span class=${`job-call-state ${isAccepted(each) ? "" : "trouble"}`} dir="auto">${outcomeText(each)}</span>
          </p>
        </li>`,
      )}
    </ul>
    ${error && html`<p class="job-reason" role="alert">${error.text}</p>`}
    ${FINISHED_STATES.includes(job.state) &&
    html`<${Button} small busy=${busy} onClick=${() => run(() => redeliver(job))}>${t("webhook.again")}<//>`}`;
}

const SHOWN_GROUPS = 12; // groups of calls that are shown at first
const TROUBLE = ["failed", "interrupted", "cancelled"];
const ACTIVE = ["submitting", "submitted", "waiting"];
const SAME = ["role", "provider", "model", "state", "error", "note", "url"];

/**
 * What is inside a job: its warnings, its calls to providers, and when it ran.
 * @param {{job: import("../../state/jobs.js").Job}} props
 */
function Details({ job }) {
  const warnings = job.result?.warnings ?? [];
  return html`<div class="job-details">
    ${warnings.length > 0 &&
    html`<${Notice} kind="warning">
      <h3>${t("jobs.warnings")}</h3>
      <ul>
        ${warnings.map((/** @type {string} */ warning) => html`<li><bdi>${warning}</bdi></li>`)}
      </ul>
    <//>`}
    ${job.steps ? html`<${Steps} steps=${job.steps} />` : html`<${Calls} calls=${job.calls} />`}
    ${job.webhook && html`<${Deliveries} job=${job} />`}
    <dl class="job-facts">${factsOf(job).map(([name, value]) => html`<div><dt>${t(`jobs.facts.${name}`)}</dt><dd>${value}</dd></div>`)}</dl>
  </div>`;
}

/** @param {import("../../state/jobs.js").Job} job */
function factsOf({ createdAt, startedAt, finishedAt, attempts, id }) {
  const facts = [
    ["created", formatTime(createdAt)],
    ["started", startedAt && formatTime(startedAt)],
    ["finished", finishedAt && formatTime(finishedAt)],
    ["runs", attempts > 1 && attempts],
    ["id", html`<code>${id}</code>`],
  ];
  return facts.filter(([, value]) => value);
}

/**
 * The steps in which a video is made.
 * @param {{steps: {name: string, state: string, error: string | null}[]}} props
 */
function Steps({ steps }) {
  return html`<h3>${t("jobs.step.title")}</h3>
    <ul class="job-calls">
      ${steps.map(
        (step) => html`<li key=${step.name} class="job-call">
          <p>
            <span>${nameIn("jobs.step.names", step.name)}</span>
            <span class=${`job-call-state ${isTrouble(step) ? "trouble" : ""}`}>${nameIn("jobs.step.states", step.state)}</span>
          </p>
          ${step.error && html`<p class="job-reason" dir="auto">${step.error}</p>`}
        </li>`,
      )}
    </ul>`;
}

/** @param {{calls: any[]}} props */
function Calls({ calls }) {
  const [all, setAll] = useState(false);
  if (!calls.length) return html`<p class="hint">${t("jobs.call.none")}</p>`;
  const groups = groupCalls(calls);
  const shown = all ? groups : groups.slice(0, SHOWN_GROUPS);
  return html`<h3>${t("jobs.call.title")}</h3>
    <ul class="job-calls">${shown.map((group) => html`<${Group} key=${group.call.id} ...${group} />`)}</ul>
    ${shown.length < groups.length &&
    html`<${Button} small onClick=${() => setAll(true)}>${t("jobs.call.showAll", { count: groups.length })}<//>`}`;
}

/** Calls that went alike. @param {{call: any, scenes: number[]}} props */
function Group({ call, scenes }) {
  const { role, provider, model, state, error, note, url } = call;
  const where = scenes.length && t("jobs.call.scenes", { count: scenes.length, scenes: asRanges(scenes) });
  return html`<li class="job-call">
    <p>
      <span>${[where, nameIn("jobs.call.roles", role)].filter(Boolean).join(" · ")}</span>
      <span class="job-call-model">${provider} · ${model}</span>
      <span class=${`job-call-state ${isTrouble(call) ? "trouble" : ""}`}>${nameIn("jobs.call.states", state)}</span>
    </p>
    ${error && html`<p class="job-reason" dir="auto">${error}</p>`}
    ${note && html`<p class="job-call-note" dir="auto">${note}</p>`}
    ${url &&
    html`<a class="button plain small" href=${url} download><${Icon} name="download" /><span>${t("jobs.call.kept")}</span></a>`}
  </li>`;
}

/** Whether a call needs attention. @param {{state: string}} call */
const isTrouble = ({ state }) => TROUBLE.includes(state);

/**
 * Group the calls that went alike, so that forty failures for one reason are one entry. Those that
 * need attention come first.
 * @param {any[]} calls
 * @returns {{call: any, scenes: number[]}[]} `call` is one of them, `scenes` are the numbers of their scenes
 */
function groupCalls(calls) {
  /** @type {Map<string, {call: any, scenes: number[]}>} */
  const groups = new Map();
  for (const call of calls) {
    const key = JSON.stringify(SAME.map((name) => call[name]));
    const group = groups.get(key) ?? { call, scenes: [] };
    if (call.sceneIndex !== null) group.scenes.push(call.sceneIndex + 1);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => rank(a.call) - rank(b.call));
}

/** Write numbers with their ranges, such as `1–3, 5`. @param {number[]} numbers @returns {string} */
function asRanges(numbers) {
  /** @type {number[][]} */
  const ranges = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last && last[1] + 1 === number) last[1] = number;
    else ranges.push([number, number]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first}–${last}`)).join(", ");
}

/** @param {{state: string}} call */
const rank = (call) => (isTrouble(call) ? 0 : ACTIVE.includes(call.state) ? 1 : 2);

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
