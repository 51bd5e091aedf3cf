import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { TextField } from "../../components/field.js";
import { Notice } from "../../components/notice.js";
import { outcomeText } from "../../components/outcome.js";
import { t } from "../../i18n.js";
import { useLoad } from "../../state/load.js";
import { useRequest } from "../../state/request.js";
import { toast } from "../../state/toasts.js";
import { isAccepted, readWebhook, removeWebhook, setWebhook, testWebhook } from "../../state/webhooks.js";

/** @typedef {import("../../state/webhooks.js").Delivery} Delivery */

/** The address that is called when jobs end. */
export function Webhook() {
  const { data: webhook, error, reload } = useLoad(readWebhook, []);
  return html`<section class="panel stack" aria-labelledby="webhook">
    <header class="section-header">
      <h2 id="webhook">${t("webhook.title")}</h2>
      <p class="note">${t("webhook.lead")}</p>
    </header>
    ${webhook
      ? html`<${Address} webhook=${webhook} reload=${reload} />`
      : error
        ? html`<${Failure} error=${error} />`
        : html`<${Loading} />`}
  </section>`;
}

/** @param {{webhook: import("../../state/webhooks.js").Webhook, reload: () => Promise<void>}} props */
function Address({ webhook, reload }) {
  const [url, setUrl] = useState(webhook.url ?? "");
  const [tested, setTested] = useState(/** @type {Delivery | null} */ (null));
  const { busy, error, run } = useRequest();
  useEffect(() => setUrl(webhook.url ?? ""), [webhook.url]);
  const change = (/** @type {() => Promise<void>} */ action, /** @type {string} */ told) =>
    run(async () => {
      setTested(null);
      await action();
      toast(t(told));
      await reload();
    });
  const submit = (/** @type {Event} */ event) => {
    event.preventDefault();
    change(() => setWebhook(url.trim(), webhook.events), "webhook.saved");
  };
  return html`<form class="stack narrow" onSubmit=${submit}>
    <${TextField}
      label=${t("webhook.address")}
      hint=${webhook.url ? t("webhook.events", { events: webhook.events.join(", ") }) : t("webhook.addressHint")}
      value=${url}
      error=${error?.fields?.url}
      type="url"
      inputmode="url"
      autocomplete="off"
      required
      onInput=${setUrl}
    />
    ${error && !error.fields?.url && html`<${Notice} kind="error">${error.text}<//>`}
    ${tested && html`<div role="status"><${Notice} kind=${isAccepted(tested) ? "success" : "warning"}>${outcomeText(tested)}<//></div>`}
    <div class="buttons">
      <${Button} type="submit" kind="primary" busy=${busy}>${t("webhook.save")}<//>
      ${webhook.url &&
      html`<${Button} busy=${busy} onClick=${() => run(async () => setTested(await testWebhook()))}>${t("webhook.test")}<//>
        <${Button} busy=${busy} onClick=${() => change(removeWebhook, "webhook.removed")}>${t("webhook.remove")}<//>`}
    </div>
  </form>`;
}
