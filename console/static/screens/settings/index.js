import { html } from "htm/preact";
import { Boundary } from "../../components/boundary.js";
import { Lazy } from "../../components/lazy.js";
import { Tabs } from "../../components/tabs.js";
import "../../i18n/library.js";
import { t } from "../../i18n.js";
import { useTitle } from "../../state/title.js";

/**
 * The settings of the user.
 * @param {{params: {tab?: string}, tabs: import("../../components/tabs.js").LoadedTab[]}} props
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
    <${Boundary} of=${tab}><${Lazy} load=${tab.load} /><//>
  </div>`;
}
