import { t } from "../i18n.js";
import { isAccepted } from "../state/webhooks.js";

/** How an attempt to deliver a webhook went. @param {import("../state/webhooks.js").Delivery} delivery */
export function outcomeText(delivery) {
  if (delivery.status === null) return delivery.error ?? "";
  return t(isAccepted(delivery) ? "webhook.accepted" : "webhook.refused", { status: delivery.status });
}
