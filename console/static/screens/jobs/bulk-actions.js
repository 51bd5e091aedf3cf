import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { Button } from "../../components/button.js";
import { FormDialog } from "../../components/dialogs.js";
import { FINISHED_STATES } from "../../facts.js";
import { t } from "../../i18n.js";
import { activeJobs, cancelJobs, clearJobs, isOwn, isPending, jobs, readPendingJobs } from "../../state/jobs.js";
import { toast, toastError } from "../../state/toasts.js";
import { SELECTIONS } from "./job-list.js";
import { nameOf } from "./row.js";

/** @typedef {import("../../state/jobs.js").Job} Job */

const NAMED = 5; // jobs that the question names

/** Cancels all jobs that have not begun, after a confirmation. */
export function CancelPending() {
  const [pending, setPending] = useState(/** @type {Job[] | null} */ (null));
  const [busy, setBusy] = useState(false);
  const ask = async () => {
    setBusy(true);
    try {
      const found = await readPendingJobs();
      if (found.length) setPending(found);
      else toast(t("jobs.nonePending"));
    } catch (error) {
      toastError(error);
    }
    setBusy(false);
  };
  const offered = activeJobs.value.some((job) => isOwn(job) && isPending(job));
  return html`
    ${offered && html`<${Button} icon="circle-x" busy=${busy} onClick=${ask}>${t("jobs.cancelPending")}<//>`}
    ${pending && html`<${Question} pending=${pending} onClose=${() => setPending(null)} />`}
  `;
}

/** @param {{pending: Job[], onClose: () => void}} props */
function Question({ pending, onClose }) {
  const count = pending.length;
  const submit = async () => {
    await cancelJobs(pending);
    toast(t("jobs.cancelledMany", { count }));
  };
  return html`<${FormDialog}
    title=${t("jobs.cancelPendingTitle", { count })}
    submit=${t("jobs.cancelSubmit")}
    cancel=${t("jobs.cancelDismiss")}
    danger
    onSubmit=${submit}
    onClose=${onClose}
  >
    <div class="prose">
      <ul>
        ${pending.slice(0, NAMED).map((job) => html`<li><bdi>${nameOf(job)}</bdi></li>`)}
        ${count > NAMED && html`<li>${t("jobs.cancelPendingMore", { count: count - NAMED })}</li>`}
      </ul>
      <p>${t("jobs.cancelPendingText")}</p>
    </div>
  <//>`;
}

/** Removes the ended jobs of the selection from the list. @param {{selection: string}} props */
export function ClearFinished({ selection }) {
  const [asking, setAsking] = useState(false);
  const states = FINISHED_STATES.filter((state) => !selection || SELECTIONS[selection].includes(state));
  const offered = [...jobs.value.values()].some((job) => isOwn(job) && !job.clearedAt && states.includes(job.state));
  const submit = async () => {
    const count = await clearJobs(states);
    toast(t("jobs.cleared", { count }));
  };
  return html`
    ${offered && html`<${Button} icon="check-check" onClick=${() => setAsking(true)}>${t("jobs.clear")}<//>`}
    ${asking &&
    html`<${FormDialog}
      title=${t("jobs.clearTitle")}
      submit=${t("jobs.clearSubmit")}
      onSubmit=${submit}
      onClose=${() => setAsking(false)}
    >
      <div class="prose">
        <p>${t(`jobs.clearText.${selection || "all"}`)}</p>
        <p>${t("jobs.clearKept")}</p>
      </div>
    <//>`}
  `;
}
