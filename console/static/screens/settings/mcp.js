import { html } from "htm/preact";
import { useState } from "preact/hooks";
import { at } from "../../base.js";
import { Button } from "../../components/button.js";
import { CopyText } from "../../components/copy-text.js";
import { Notice } from "../../components/notice.js";
import { t } from "../../i18n.js";
import { newToken } from "../../state/tokens.js";
import { NewToken } from "./new-token.js";

/** Configurations for MCP clients to copy, with this service's address and a token. */
export default function Mcp() {
  const [creating, setCreating] = useState(false);
  const token = newToken.value || t("settings.tokenPlaceholder");
  const url = location.origin + at("/mcp");
  const make = html`<${Button} small icon="plus" onClick=${() => setCreating(true)}>${t("settings.makeToken")}<//>`;
  return html`
    <section class="panel stack" aria-labelledby="mcp">
      <header class="section-header">
        <h2 id="mcp">${t("settings.mcpTitle")}</h2>
        <p class="note">${t("settings.mcpLead")}</p>
      </header>
      ${newToken.value
        ? html`<${Notice} kind="success">${t("settings.mcpFresh")}<//>`
        : html`<${Notice} action=${make}>${t("settings.mcpNeedsToken")}<//>`}
      ${clients(url, token).map(
        ({ name, where, text }) => html`<div class="stack tight">
          <h3>${name}</h3>
          <p class="note">${where}</p>
          <${CopyText} label=${name} text=${text} />
        </div>`,
      )}
    </section>
    ${creating && html`<${NewToken} name=${t("settings.mcp")} onClose=${() => setCreating(false)} />`}
  `;
}

/** @param {string} url @param {string} token */
function clients(url, token) {
  const headers = { Authorization: `Bearer ${token}` };
  return [
    {
      name: "Claude Code",
      where: t("settings.inTerminal"),
      text: `claude mcp add --transport http vidworks ${url} --header "Authorization: Bearer ${token}"`,
    },
    {
      name: "Cursor",
      where: t("settings.inFile", { file: "~/.cursor/mcp.json" }),
      text: json({ mcpServers: { vidworks: { url, headers } } }),
    },
    {
      name: "VS Code",
      where: t("settings.inFile", { file: ".vscode/mcp.json" }),
      text: json({ servers: { vidworks: { type: "http", url, headers } } }),
    },
    {
      name: "Codex",
      where: t("settings.inFile", { file: "~/.codex/config.toml" }),
      text: `[mcp_servers.vidworks]\nurl = "${url}"\nhttp_headers = { "Authorization" = "Bearer ${token}" }`,
    },
  ];
}

/** @param {any} value */
const json = (value) => JSON.stringify(value, null, 2);
