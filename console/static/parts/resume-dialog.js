import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { t } from "../i18n.js";
import { resumeJob } from "../state/jobs.js";
import { vendorOf } from "../state/providers.js";
import { PasswordField } from "./field.js";
import { FormDialog } from "./form-dialog.js";

/** Names of vendors that differ from their ids in more than the first letter. @type {Record<string, string>} */
const NAMES = { openai: "OpenAI" };
const COMPLETE = new Set(["done", "skipped"]);

/**
 * The vendors of what is left of a job, each with the roles that it has in it.
 * @param {import("../state/jobs.js").Job} job
 * @returns {{vendor: string, roles: string[]}[]}
 */
export function vendorsOf({ calls }) {
  /** @type {Map<string, Set<string>>} */
  const found = new Map();
  for (const { state, provider, role } of calls) {
    const vendor = vendorOf(provider);
    if (COMPLETE.has(state) || vendor === "demo") continue;
    found.set(vendor, (found.get(vendor) ?? new Set()).add(role));
  }
  return [...found].map(([vendor, roles]) => ({ vendor, roles: [...roles] }));
}

/**
 * Asks for the keys that a job needs, and continues it with them.
 * @param {{job: import("../state/jobs.js").Job, onClose: () => void}} props
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
