import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button, Icon } from "../../components/button.js";
import { Notice } from "../../components/notice.js";
import { formatTime, nameIn, t } from "../../i18n.js";
import { Deliveries } from "./deliveries.js";

const SHOWN = 12; // groups of calls that are shown at first
const TROUBLE = ["failed", "interrupted", "cancelled"];
const ACTIVE = ["submitting", "submitted", "waiting"];
const SAME = ["role", "provider", "model", "state", "error", "note", "url"];

/**
 * What is inside a job: its warnings, its calls to providers, and when it ran.
 * @param {{job: import("../../state/jobs.js").Job}} props
 */
export function Details({ job }) {
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
  const shown = all ? groups : groups.slice(0, SHOWN);
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
