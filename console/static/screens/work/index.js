import { html } from "htm/preact";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Lazy } from "../../components/lazy.js";
import { EditNotices } from "../../components/edit-notices.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../components/saving.js";
import { Tabs } from "../../components/tabs.js";
import { useDocument } from "../../documents/open-documents.js";
import { PendingOperations } from "../../documents/pending-operations.js";
import { t } from "../../i18n.js";
import { useTitle } from "../../state/title.js";
import { projectApi, projectPage, workApi, workPage } from "../../urls.js";

/** @param {any} data  of a work */
const operationsOn = (data) => new PendingOperations(data);

/**
 * A work: its tabs, and whether everything is saved.
 * @param {{params: {project: string, work: string, tab?: string},
 *   tabs: import("../../components/tabs.js").LoadedTab[]}} props
 */
export default function Work({ params, tabs }) {
  const { project, work } = params;
  const path = workApi(project, work);
  const { document, error } = useDocument(path, path, operationsOn);
  const parent = useDocument(projectApi(project)).document?.value.value;
  const current = params.tab ?? "";
  const tab = tabs.find(({ id }) => id === current) ?? tabs[0];
  const name = document?.value.value.name ?? "";
  useTitle([{ label: parent?.name ?? "", href: projectPage(project) }, { label: name }]);
  const gone = document?.error.value?.status === 404 ? document.error.value : null;
  if (gone) return html`<${Failure} error=${gone} />`;
  if (error) return html`<${Failure} error=${error} />`;
  if (!document) return html`<${Loading} />`;
  return html`<div class=${`screen work ${tab.id || "brief"}`}>
    <div class="work-bar">
      <h1 class="visually-hidden" dir="auto">${name}</h1>
      <${Tabs}
        label=${t("work.parts")}
        tabs=${tabs}
        current=${tab.id}
        href=${(/** @type {string} */ id) => workPage(project, work, id)}
      />
      <${SaveStatus} document=${document} />
    </div>
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${EditNotices} document=${document} />
    <${Lazy} load=${tab.load} work=${document} project=${parent} params=${params} />
  </div>`;
}
