import { html } from "htm/preact";
import { t } from "../../i18n.js";
import { Lazy } from "../../parts/lazy.js";
import { Tabs } from "../../parts/tabs.js";
import { useTitle } from "../../state/title.js";

/**
 * What belongs to the user, not to a project.
 * @param {{params: {tab?: string}, tabs: import("../../parts/tabs.js").LoadedTab[]}} props
 */
export default function Settings({ params, tabs }) {
  useTitle([{ label: t("settings.title") }]);
  const tab = tabs.find(({ id }) => id === params.tab) ?? tabs[0];
  return html`<div class="screen settings">
    <div class="work-bar">
      <h1 class="visually-hidden">${t("settings.title")}</h1>
      <${Tabs}
        label=${t("settings.parts")}
        tabs=${tabs}
        current=${tab.id}
        href=${(/** @type {string} */ id) => `/settings/${id}`}
      />
    </div>
    <${Lazy} load=${tab.load} />
  </div>`;
}
