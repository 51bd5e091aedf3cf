import { html } from "htm/preact";
import { useReadOnly } from "../../../components/access.js";
import { Dialog } from "../../../components/dialogs.js";
import { SelectField } from "../../../components/field.js";
import { offeredModels, retirementText } from "../../../components/models.js";
import { Notice } from "../../../components/notice.js";
import { t } from "../../../i18n.js";
import { ROLES, choices, choose, providerOf, providersOf } from "../../../state/choices.js";

/** @typedef {import("../../../state/providers.js").Role} Role */

/** In the order of the work. @type {Role[]} */
const SHOWN = ["llm", "image", "video", "speech", "music", "sound", "transcription", "vision"];
/** Roles whose results a demo replaces by placeholders. @type {Role[]} */
const PLACEHOLDERS = ["image", "video"];

/** The provider and model of each role. @param {{onClose: () => void}} props */
export function Models({ onClose }) {
  return html`<${Dialog} title=${t("scenes.modelsTitle")} onClose=${onClose}>
    <div class="stack">
      <p class="quiet">${t("scenes.modelsText")} <a href="/settings/providers">${t("scenes.modelsKeys")}</a></p>
      ${SHOWN.map((role) => html`<${RoleField} role=${role} />`)}
    </div>
  <//>`;
}

/** @param {{role: Role}} props */
function RoleField({ role }) {
  const offered = providersOf(role);
  if (!offered.length) return null;
  const chosen = choices.value[role];
  const standard = chosen ? undefined : providerOf(role, ROLES); // as requests name it
  const options = offered.flatMap((provider) =>
    offeredModels(provider, chosen?.model).map((model) => ({
      value: `${provider.id} ${model.id}`,
      label: provider.name === model.name ? model.name : t("scenes.modelOf", { provider: provider.name, model: model.name }),
    })),
  );
  const none = standard ? t("scenes.modelDefault", { name: standard.name }) : t("scenes.modelDefaultUnknown");
  const set = (/** @type {string} */ value) => {
    const [provider, model] = value.split(" ");
    choose(role, value ? { provider, model } : null);
  };
  return html`<${SelectField}
    label=${t(`scenes.roles.${role}`)}
    hint=${retirementText(providerOf(role, ROLES), chosen?.model)}
    value=${chosen ? `${chosen.provider} ${chosen.model ?? ""}` : ""}
    options=${[{ value: "", label: none }, ...options]}
    onInput=${set}
  />`;
}

/** Says that pictures and clips are placeholders, if they are, to those who can make them. */
export function DemoNotice() {
  if (useReadOnly()) return null;
  if (PLACEHOLDERS.some((role) => providerOf(role, PLACEHOLDERS)?.id !== "demo")) return null;
  return html`<${Notice}>${t("scenes.demo")} <a href="/settings/providers">${t("scenes.demoKey")}</a><//>`;
}
