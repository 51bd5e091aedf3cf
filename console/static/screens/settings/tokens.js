import { html } from "htm/preact";
import { useEffect, useState } from "preact/hooks";
import { Button } from "../../components/button.js";
import { CopyText } from "../../components/copy-text.js";
import { DeleteDialog } from "../../components/dialogs.js";
import { Empty, Failure, Loading } from "../../components/fallbacks.js";
import { TextField } from "../../components/field.js";
import { Notice } from "../../components/notice.js";
import { outcomeText } from "../../components/outcome.js";
import { SCOPES } from "../../facts.js";
import { formatAgo, formatTime, t } from "../../i18n.js";
import { useLoad } from "../../state/load.js";
import { useRequest } from "../../state/request.js";
import { toast } from "../../state/toasts.js";
import { listTokens, newToken, revokeToken } from "../../state/tokens.js";
import { isAccepted, readWebhook, removeWebhook, setWebhook, testWebhook } from "../../state/webhooks.js";
import { NewToken } from "./new-token.js";

/** @typedef {import("../../state/webhooks.js").Delivery} Delivery */

/** The address that is called when jobs end. */
function Webhook() {
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

/** @typedef {import("../../state/tokens.js").Token} Token */

/** The API tokens, and the webhook. */
export default function Tokens() {
  const { data: list, error, reload } = useLoad(listTokens, []);
  const [creating, setCreating] = useState(false);
  const [revoked, setRevoked] = useState(/** @type {Token | null} */ (null));
  const create = html`<${Button} kind="primary" icon="plus" onClick=${() => setCreating(true)}>${t("settings.newToken")}<//>`;
  const apiPage = html`<a href="/api/docs">${t("nav.api")}</a>`;
  return html`
    <section class="panel stack" aria-labelledby="tokens">
      <header class="section-header with-action">
        <div><h2 id="tokens">${t("settings.tokens")}</h2><p class="note">${t("settings.tokensLead")} ${apiPage}</p></div>
        ${list?.length ? create : null}
      </header>
      ${newToken.value && html`<${Fresh} token=${newToken.value} />`}
      ${!list && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
      ${list?.length === 0 &&
      html`<${Empty} icon="key-round" title=${t("settings.noTokens")} actions=${create}><p>${t("settings.noTokensText")}</p><//>`}
      ${list?.length
        ? html`<ul class="rows">
            ${list.map((token) => html`<${Row} key=${token.id} token=${token} onRevoke=${() => setRevoked(token)} />`)}
          </ul>`
        : null}
    </section>
    <${Webhook} />
    ${creating && html`<${NewToken} onMade=${reload} onClose=${() => setCreating(false)} />`}
    ${revoked && html`<${Revoke} token=${revoked} reload=${reload} onClose=${() => setRevoked(null)} />`}
  `;
}

/** @param {{token: string}} props */
function Fresh({ token }) {
  return html`<div role="status" class="fresh">
    <${Notice} kind="success">
      <p>${t("settings.fresh")}</p>
      <${CopyText} label=${t("settings.token")} text=${token} />
    <//>
  </div>`;
}

/** @param {{token: Token, onRevoke: () => void}} props */
function Row({ token, onRevoke }) {
  const { name, tokenPrefix, scopes, lastUsedAt, expiresAt } = token;
  const isExpired = expiresAt !== null && expiresAt < Date.now();
  const used = lastUsedAt ? t("settings.used", { when: formatAgo(lastUsedAt) }) : t("settings.unused");
  const expiry = expiresAt === null ? t("settings.noExpiry") : t("settings.expires", { when: formatTime(expiresAt) });
  return html`<li class="row">
    <div class="row-text">
      <h3 dir="auto">${name}</h3>
      <p class="note"><code>${tokenPrefix}…</code> · ${used}</p>
      <p class="note">${scopes.length === SCOPES.length ? t("settings.allScopes") : scopes.join(", ")}</p>
    </div>
    <p class=${`key-state ${isExpired ? "failed" : ""}`}>${isExpired ? t("settings.expired") : expiry}</p>
    <div class="row-actions">
      <${Button} small aria-label=${t("settings.revokeNamed", { name })} onClick=${onRevoke}>${t("settings.revoke")}<//>
    </div>
  </li>`;
}

/** @param {{token: Token, reload: () => Promise<void>, onClose: () => void}} props */
function Revoke({ token, reload, onClose }) {
  const { name, lastUsedAt } = token;
  const submit = async () => {
    await revokeToken(token);
    toast(t("settings.revoked", { name }));
    await reload();
  };
  return html`<${DeleteDialog}
    title=${t("settings.revokeTitle", { name })}
    submit=${t("settings.revoke")}
    onSubmit=${submit}
    onClose=${onClose}
  >
    <p>${t("settings.revokeText")}</p>
    <p>${lastUsedAt ? t("settings.used", { when: formatAgo(lastUsedAt) }) : t("settings.unused")}</p>
  <//>`;
}
