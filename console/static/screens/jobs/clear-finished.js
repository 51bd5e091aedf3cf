import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../../i18n.js";
import { Button } from "../../parts/button.js";
import { FormDialog } from "../../parts/form-dialog.js";
import { SELECTIONS } from "../../state/job-list.js";
import { clearJobs, FINISHED, jobs } from "../../state/jobs.js";
import { toast } from "../../state/toasts.js";

/** Takes what has ended off the list, of the selection that is shown. @param {{selection: string}} props */
export function ClearFinished({ selection }) {
  const [asking, setAsking] = useState(false);
  const states = FINISHED.filter((state) => !selection || SELECTIONS[selection].includes(state));
  const offered = [...jobs.value.values()].some((job) => !job.clearedAt && states.includes(job.state));
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
