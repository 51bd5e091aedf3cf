import { html } from "htm/preact";
import { useCallback, useState } from "preact/hooks";
import { useMay } from "../../../components/access.js";
import { Card } from "../../../components/card.js";
import { DeleteDialog, NameDialog } from "../../../components/dialogs.js";
import { Empty, Failure, Loading } from "../../../components/fallbacks.js";
import { SearchedGrid } from "../../../components/grid.js";
import { formatAgo, t } from "../../../i18n.js";
import { address, navigate } from "../../../router.js";
import { useList, useLoad } from "../../../state/load.js";
import { deleteTemplate, listTemplates, readContent, renameTemplate } from "../../../state/templates.js";
import { toast } from "../../../state/toasts.js";
import { projectPage } from "../../../urls.js";
import { TemplatePicture } from "./picture.js";
import { TemplateDialog } from "./template-dialog.js";

/**
 * @typedef {import("../../../state/templates.js").TemplateSummary} Template
 * @typedef {{kind: "rename" | "delete", template: Template}} Opened
 */

/** The templates of a project. @param {{project: import("../../../documents/document.js").Document}} props */
export default function Templates({ project }) {
  const { id } = project.value.value;
  const { data: list, error, reload } = useList("template", () => listTemplates(id), id);
  const [opened, setOpened] = useState(/** @type {Opened | null} */ (null));
  const shown = list?.find((template) => template.id === address.value.query.get("template"));
  const back = () => navigate(projectPage(id, "templates"));
  const card = useCallback(
    (/** @type {Template} */ template) =>
      html`<${TemplateCard} key=${template.id} project=${id} template=${template} open=${setOpened} />`,
    [id],
  );
  const dialog = { project: id, template: opened?.template, reload, onClose: () => setOpened(null) };
  return html`
    <header class="screen-header"><h1>${t("templates.title")}</h1></header>
    ${!list && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${list?.length === 0 &&
    html`<${Empty} icon="layout-template" title=${t("templates.emptyTitle")}><p>${t("templates.emptyText")}</p><//>`}
    ${list?.length ? html`<${SearchedGrid} texts="templates" ...${{ list, card }} />` : null}
    ${shown &&
    html`<${TemplateDialog} key=${shown.id} project=${id} template=${shown} reload=${reload} onClose=${back} />`}
    ${opened?.kind === "rename" && html`<${Rename} ...${dialog} />`}
    ${opened?.kind === "delete" && html`<${Delete} ...${dialog} />`}
  `;
}

/** @param {{project: string, template: Template, open: (opened: Opened) => void}} props */
function TemplateCard({ project, template, open }) {
  const { id, name, updatedAt, textOverlayCount, imageOverlayCount } = template;
  const { data: content } = useLoad(() => readContent(project, id), [id, updatedAt]);
  const items = !useMay("change") ? [] : [
    { label: t("common.rename"), icon: "pencil", onSelect: () => open({ kind: "rename", template }) },
    { label: t("common.delete"), icon: "trash-2", danger: true, onSelect: () => open({ kind: "delete", template }) },
  ];
  const note = [
    textOverlayCount > 0 && t("templates.texts", { count: textOverlayCount }),
    imageOverlayCount > 0 && t("templates.images", { count: imageOverlayCount }),
    formatAgo(updatedAt),
  ];
  return html`<${Card}
    href=${`${projectPage(project, "templates")}?template=${id}`}
    id=${id}
    name=${name}
    picture=${html`<span class="poster template"><${TemplatePicture} project=${project} content=${content} /></span>`}
    note=${note.filter(Boolean).join(" · ")}
    menuLabel=${t("projects.actions", { name })}
    items=${items}
  />`;
}

/** @param {{project: string, template: Template, reload: () => Promise<void>, onClose: () => void}} props */
function Rename({ project, template, reload, onClose }) {
  const submit = async (/** @type {string} */ name) => {
    await renameTemplate(project, template.id, name);
    await reload();
  };
  return html`<${NameDialog}
    title=${t("templates.renameTitle")}
    submit=${t("common.rename")}
    name=${template.name}
    onSubmit=${submit}
    onClose=${onClose}
  />`;
}

/** @param {{project: string, template: Template, reload: () => Promise<void>, onClose: () => void}} props */
function Delete({ project, template, reload, onClose }) {
  const { id, name, textOverlayCount: texts, imageOverlayCount: images } = template;
  const submit = async () => {
    await deleteTemplate(project, id);
    toast(t("projects.deleted", { name }));
    await reload();
  };
  return html`<${DeleteDialog} title=${t("projects.deleteTitle", { name })} onSubmit=${submit} onClose=${onClose}>
    <p>${t("templates.deleteText", { texts, images })}</p>
  <//>`;
}
