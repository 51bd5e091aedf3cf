import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { formatTime, t } from "../../i18n.js";
import { Button } from "../../parts/button.js";
import { Icon } from "../../parts/icon.js";
import { Notice } from "../../parts/notice.js";

const SHOWN = 12; // calls that are shown at first
const TROUBLE = ["failed", "interrupted", "cancelled"];
const ACTIVE = ["submitting", "submitted", "waiting"];

/** What is inside a job: its warnings, its calls to providers, and when it ran. @param {{job: import("../../state/jobs.js").Job}} props */
export function Details({ job }) {
  const warnings = job.result?.warnings ?? [];
  return html`<div class="job-details">
    ${warnings.length > 0 &&
    html`<${Notice} kind="warning">
      <h3>${t("jobs.warnings")}</h3>
      <ul>
        ${warnings.map((/** @type {string} */ warning) => html`<li>${warning}</li>`)}
      </ul>
    <//>`}
    <${Calls} calls=${job.calls} />
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

/** Those that need attention first. @param {{calls: any[]}} props */
function Calls({ calls }) {
  const [all, setAll] = useState(false);
  if (!calls.length) return html`<p class="hint">${t("jobs.call.none")}</p>`;
  const rank = (/** @type {any} */ { state }) => (TROUBLE.includes(state) ? 0 : ACTIVE.includes(state) ? 1 : 2);
  const sorted = [...calls].sort((a, b) => rank(a) - rank(b));
  const shown = all ? sorted : sorted.slice(0, SHOWN);
  return html`<h3>${t("jobs.call.title")}</h3>
    <ul class="job-calls">${shown.map((call) => html`<${Call} key=${call.id} call=${call} />`)}</ul>
    ${shown.length < calls.length &&
    html`<${Button} small onClick=${() => setAll(true)}>${t("jobs.call.showAll", { count: calls.length })}<//>`}`;
}

/** @param {{call: any}} props */
function Call({ call }) {
  const { role, provider, model, sceneIndex, state, error, note, url } = call;
  const scene = sceneIndex === null ? "" : `${t("jobs.call.scene", { scene: sceneIndex + 1 })} · `;
  return html`<li class="job-call">
    <p>
      <span class="job-call-name">${scene}${t(`jobs.call.roles.${role}`)}</span>
      <span class="job-call-model">${provider} · ${model}</span>
      <span class=${`job-call-state ${TROUBLE.includes(state) ? "trouble" : ""}`}>${t(`jobs.call.states.${state}`)}</span>
    </p>
    ${error && html`<p class="job-reason">${error}</p>`} ${note && html`<p class="job-call-note">${note}</p>`}
    ${url &&
    html`<a class="button plain small" href=${url} download><${Icon} name="download" /><span>${t("jobs.call.kept")}</span></a>`}
  </li>`;
}
