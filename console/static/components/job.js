import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { t } from "../i18n.js";
import { callsOf, cancelJob, resumeJob } from "../state/jobs.js";
import { vendorOf } from "../state/providers.js";
import { toastError } from "../state/toasts.js";
import { Button, Icon } from "./button.js";
import { FormDialog } from "./dialogs.js";
import { PasswordField } from "./field.js";

/** @typedef {import("../state/jobs.js").Job} Job */

const ICONS = {
  queued: "clock",
  running: "loader-circle",
  waiting: "clock",
  succeeded: "circle-check",
  failed: "circle-alert",
  interrupted: "triangle-alert",
  cancelled: "circle-x",
};
/**
 * Names of vendors that differ from their ids in more than the first letter.
 * @type {Record<string, string>}
 */
const NAMES = { openai: "OpenAI" };
const COMPLETE = new Set(["done", "skipped"]);

/** An icon for the state of a job, to be shown with a text. @param {{state: string}} props */
export function JobIcon({ state }) {
  const name = ICONS[/** @type {keyof typeof ICONS} */ (state)] ?? "circle-help";
  return html`<span class=${`job-icon ${state}`}>
    <${Icon} name=${name} class=${state === "running" ? "spin" : ""} />
  </span>`;
}

/**
 * Cancels an active job.
 * @param {{job: Job, name: string}} props `name` says which job, to screen readers
 */
export function CancelButton({ job, name }) {
  const [busy, setBusy] = useState(false);
  const cancel = async () => {
    setBusy(true);
    await cancelJob(job).catch(toastError);
    setBusy(false);
  };
  const ending = job.cancelRequested;
  const label = t(ending ? "jobs.cancelling" : "common.cancel");
  return html`<${Button} small icon="x" busy=${busy || ending} aria-label=${`${label}: ${name}`} onClick=${cancel}>
    ${label}
  <//>`;
}

/**
 * Resumes a job, and asks for a key if the service has none.
 * @param {{job: Job, name: string, reason?: string}} props as for CancelButton; `reason`: why it is not allowed
 */
export function ResumeButton({ job, name, reason }) {
  const [busy, setBusy] = useState(false);
  const [asking, setAsking] = useState(false);
  const resume = async () => {
    setBusy(true);
    try {
      await resumeJob(job);
    } catch (error) {
      const mayNeedKey = error instanceof ApiError && error.status === 400 && vendorsOf(job).length > 0;
      if (mayNeedKey) setAsking(true);
      else toastError(error);
    }
    setBusy(false);
  };
  const label = t("jobs.resume");
  return html`<${Button} small icon="rotate-ccw" busy=${busy} disabled=${Boolean(reason)} title=${reason} aria-label=${`${label}: ${name}`} data-no-refocus onClick=${resume}>
      ${label}
    <//>
    ${asking && html`<${ResumeDialog} job=${job} onClose=${() => setAsking(false)} />`}`;
}

/**
 * The vendors of the calls that a job has not completed, each with its roles.
 * @param {Job} job
 * @returns {{vendor: string, roles: string[]}[]}
 */
export function vendorsOf(job) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { state, provider, role } of callsOf(job)) {
    const vendor = vendorOf(provider);
    if (COMPLETE.has(state) || vendor === "demo") continue;
    found.set(vendor, (found.get(vendor) ?? new Set()).add(role));
  }
  return [...found].map(([vendor, roles]) => ({ vendor, roles: [...roles] }));
}

/**
 * Asks for the keys that a job needs, and resumes it with them.
 * @param {{job: Job, onClose: () => void}} props
 */
export function ResumeDialog({ job, onClose }) {
  const [keys, setKeys] = useState(/** @type {Record<string, string>} */ ({}));
  const vendors = vendorsOf(job);
  const submit = () => {
    const given = vendors.flatMap(({ vendor, roles }) =>
      roles.map((role) => [`x-${role}-api-key`, (keys[vendor] ?? "").trim()]),
    );
    return resumeJob(job, Object.fromEntries(given.filter(([, key]) => key)));
  };
  return html`<${FormDialog}
    title=${t("jobs.keyTitle")}
    submit=${t("jobs.resume")}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <p>${t("jobs.keyLead", { count: vendors.length })}</p>
    ${vendors.map(
      ({ vendor }) =>
        html`<${PasswordField}
          label=${t("jobs.keyOf", { vendor: nameOf(vendor) })}
          value=${keys[vendor] ?? ""}
          onInput=${(/** @type {string} */ key) => setKeys((before) => ({ ...before, [vendor]: key }))}
          autocomplete="off"
          spellcheck=${false}
        />`,
    )}
    <p class="hint">
      ${t("jobs.keyHint")} <a href="/settings/providers">${t("jobs.keyKeep")}</a>
    </p>
  <//>`;
}

/** @param {string} vendor */
const nameOf = (vendor) => NAMES[vendor] ?? vendor[0].toUpperCase() + vendor.slice(1);
