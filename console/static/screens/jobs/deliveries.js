import { html } from "htm/preact";
import { Button } from "../../components/button.js";
import { outcomeText } from "../../components/outcome.js";
import { FINISHED_STATES } from "../../facts.js";
import { formatTime, t } from "../../i18n.js";
import { useRequest } from "../../state/request.js";
import { isAccepted, redeliver } from "../../state/webhooks.js";

const SHOWN = 6; // attempts, the newest

/**
 * The attempts to deliver the webhook of a job, and a button for one more.
 * @param {{job: import("../../state/jobs.js").Job}} props
 */
export function Deliveries({ job }) {
  const { busy, error, run } = useRequest();
  /** @type {import("../../state/webhooks.js").Delivery[]} */
  const deliveries = job.webhook.deliveries;
  return html`<h3>${t("webhook.title")}</h3>
    <p class="note"><bdi>${job.webhook.url}</bdi></p>
    <ul class="job-calls">
      ${deliveries.slice(-SHOWN).map(
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
