import { html } from "htm/preact";
import { Access, may } from "../../components/access.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../components/conflicts.js";
import { Boundary } from "../../components/boundary.js";
import { Failure, Loading } from "../../components/fallbacks.js";
import { Lazy } from "../../components/lazy.js";
import { Tabs } from "../../components/tabs.js";
import { VanishedProject } from "../../components/vanished.js";
import { useDocument } from "../../documents/open-documents.js";
import "../../i18n/library.js";
import { t } from "../../i18n.js";
import { useKeysOf } from "../../state/providers.js";
import { useTitle } from "../../state/title.js";
import { projectApi, projectPage } from "../../urls.js";

/**
 * A project: its works, and what they share.
 * @param {{params: {project: string, tab?: string}, tabs: import("../../components/tabs.js").LoadedTab[]}} props
 */
export default function Project({ params, tabs }) {
  const { document, error } = useDocument(projectApi(params.project));
  const name = document?.value.value.name ?? "";
  useKeysOf(document?.value.value.members?.length ? params.project : "");
  const current = params.tab ?? "";
  const tab = tabs.find(({ id }) => id === current) ?? tabs[0];
  const isShared = Boolean(document?.value.value.members?.length);
  const shown = tabs.filter(({ id }) => id !== "activity" || isShared || tab.id === id);
  useTitle([{ label: t("projects.title"), href: "/" }, { label: name }]);
  const gone = document?.error.value?.status === 404 ? document.error.value : null;
  if (gone) return html`<${VanishedProject} error=${gone} id=${params.project} project=${document?.value.value} />`;
  if (error) return html`<${Failure} error=${error} />`;
  if (!document) return html`<${Loading} />`;
  return html`<${Access.Provider} value=${document.value.value}><div class="screen project">
    <div class="work-bar">
      <${Tabs}
        label=${t("project.parts")}
        tabs=${shown}
        current=${tab.id}
        href=${(/** @type {string} */ id) => projectPage(params.project, id)}
      />
      ${tab.id === "style" && may(document.value.value, "manage") && html`<${SaveStatus} document=${document} />`}
    </div>
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${Boundary} of=${tab}><${Lazy} load=${tab.load} project=${document} params=${params} /><//>
  </div><//>`;
}
