import { html } from "htm/preact";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Lazy } from "../../components/lazy.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../components/saving.js";
import { Tabs } from "../../components/tabs.js";
import { useDocument } from "../../documents/open-documents.js";
import { t } from "../../i18n.js";
import { useTitle } from "../../state/title.js";
import { projectApi, projectPage } from "../../urls.js";

/**
 * A project: its works, and what they share.
 * @param {{params: {project: string, tab?: string}, tabs: import("../../components/tabs.js").LoadedTab[]}} props
 */
export default function Project({ params, tabs }) {
  const { document, error } = useDocument(projectApi(params.project));
  const name = document?.value.value.name ?? "";
  const current = params.tab ?? "";
  const tab = tabs.find(({ id }) => id === current) ?? tabs[0];
  useTitle([{ label: t("projects.title"), href: "/" }, { label: name }]);
  const gone = document?.error.value?.status === 404 ? document.error.value : null;
  if (error ?? gone) return html`<${Failure} error=${error ?? gone} />`;
  if (!document) return html`<${Loading} />`;
  return html`<div class="screen project">
    <div class="work-bar">
      <${Tabs}
        label=${t("project.parts")}
        tabs=${tabs}
        current=${tab.id}
        href=${(/** @type {string} */ id) => projectPage(params.project, id)}
      />
      ${tab.id === "style" && html`<${SaveStatus} document=${document} />`}
    </div>
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${Lazy} load=${tab.load} project=${document} params=${params} />
  </div>`;
}
