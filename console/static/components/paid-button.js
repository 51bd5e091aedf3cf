import { html } from "htm/preact";
import { t } from "../i18n.js";
import { providerOf } from "../state/choices.js";
import { projectPage } from "../urls.js";
import { useMay } from "./access.js";
import { Button } from "./button.js";
import { Notice, Reason } from "./notice.js";

/** @typedef {import("../state/providers.js").Role} Role */

/** Whether the user may have the models of these roles called: those of the demo cost nothing. @param {Role[]} roles */
export function useMayCall(roles) {
  const mayPay = useMay("pay");
  return mayPay || roles.every((role) => providerOf(role, roles)?.id === "demo");
}

/** Why the user may not have the models of these roles called; undefined if they may. @param {Role[]} roles */
export const usePayReason = (roles) => (useMayCall(roles) ? undefined : t("pay.reason"));

/**
 * A button that has models called. It says why it is disabled for those who may not pay.
 * @param {{roles: Role[], disabled?: boolean, title?: string, [attribute: string]: any}} props
 */
export function PaidButton({ roles, disabled, title, ...rest }) {
  const reason = usePayReason(roles);
  return html`<${Button} ...${rest} disabled=${disabled || Boolean(reason)} title=${reason ?? title} />`;
}

/**
 * Why models were not called, and another attempt for those who may have them called.
 * @param {{roles: Role[]} & Parameters<typeof Reason>[0]} props
 */
export function PaidReason({ roles, ...rest }) {
  return html`<${Reason} ...${rest} disabled=${usePayReason(roles)} />`;
}

/** Says that the user may not pay, where something that costs money is offered. @param {{roles: Role[], project: string}} props */
export function PayNotice({ roles, project }) {
  const mayChange = useMay("change");
  if (useMayCall(roles) || !mayChange) return null;
  return html`<${Notice}>${t("pay.reason")} <a href=${projectPage(project, "team")}>${t("pay.toTeam")}</a><//>`;
}
