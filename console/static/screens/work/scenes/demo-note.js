import { html } from "htm/preact";
import { t } from "../../../i18n.js";
import { Notice } from "../../../parts/notice.js";
import { providerOf } from "../../../state/choices.js";

/** @type {import("../../../state/providers.js").Role[]} */
const ROLES = ["image", "video"];

/** Says that pictures and clips are placeholders, while that is so. */
export function DemoNote() {
  if (ROLES.some((role) => providerOf(role, ROLES)?.id !== "demo")) return null;
  return html`<${Notice}>${t("scenes.demo")} <a href="/settings/providers">${t("scenes.demoKey")}</a><//>`;
}
