import { html } from "htm/preact";
import { useCallback, useState } from "preact/hooks";
import { Needs, useMay } from "../../../components/access.js";
import { Card } from "../../../components/card.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../../components/conflicts.js";
import { DeleteDialog, Dialog, NameDialog } from "../../../components/dialogs.js";
import { Empty, Failure, Loading } from "../../../components/fallbacks.js";
import { TextArea, TextField } from "../../../components/field.js";
import { SearchedGrid } from "../../../components/grid.js";
import { useDocument } from "../../../documents/open-documents.js";
import { formatAgo, t } from "../../../i18n.js";
import { address, navigate } from "../../../router.js";
import { useList, useLoad } from "../../../state/load.js";
import {
  deleteTemplate,
  listTemplates,
  placeholdersOf,
  readContent,
  renameTemplate,
} from "../../../state/templates.js";
import { toast } from "../../../state/toasts.js";
import { lookOf } from "../../../timeline/text-looks.js";
import { assetApi, projectPage, templateApi } from "../../../urls.js";

/** @typedef {import("../../../state/templates.js").Content} Content */

const FRAME = { width: 1080, height: 1920 }; // of new works, for templates without export settings
/** Where lines begin, from the middle of their area. */
const SIDES = {
  left: { anchor: "start", share: -0.5 },
  center: { anchor: "middle", share: 0 },
  right: { anchor: "end", share: 0.5 },
};

/**
 * All overlays of a template at once, where they are in the frame. Positions are pixels from its
 * centre, as those of the SVG.
 * @param {{project: string, content: Content | null}} props
 */
function TemplatePicture({ project, content }) {
  if (!content) return null;
  const { width, height } = content.exportSettings ?? FRAME;
  return html`<svg
    class="template-picture"
    viewBox=${`${-width / 2} ${-height / 2} ${width} ${height}`}
    role="img"
    aria-label=${t("templates.picture", { width, height })}
  >
    <rect class="frame" x=${-width / 2} y=${-height / 2} width=${width} height=${height} />
    ${content.imageOverlays.map((image) => html`<${ImageOverlay} project=${project} image=${image} />`)}
    ${content.textOverlays.map((text) => html`<${TextOverlay} overlay=${text} frame=${width} />`)}
  </svg>`;
}

/** @param {{project: string, image: import("../../../state/templates.js").ImageOverlay}} props */
function ImageOverlay({ project, image }) {
  const { assetId, width, height, centerX, centerY, opacity, rotation } = image;
  const box = { x: centerX - width / 2, y: centerY - height / 2, width, height };
  const turn = `rotate(${rotation} ${centerX} ${centerY})`;
  return html`<g transform=${turn} opacity=${opacity}>
    <rect class="image-place" ...${box} />
    <image ...${box} href=${`${assetApi(project, assetId)}/thumbnail`} />
  </g>`;
}

/** @param {{overlay: import("../../../state/templates.js").TextOverlay, frame: number}} props */
function TextOverlay({ overlay, frame }) {
  const { text, fontSize, fontColor, centerX, centerY } = overlay;
  const { weight, width, align, lineHeight, outlineColor, outlineWidth } = lookOf(overlay);
  const lines = text.split("\n");
  const top = centerY - ((lines.length - 1) * fontSize * lineHeight) / 2;
  const { anchor, share } = SIDES[align];
  const left = centerX + share * (width ?? frame / 2);
  return html`<text text-anchor=${anchor} dominant-baseline="central" font-size=${fontSize} font-weight=${weight}
    fill=${fontColor} stroke=${outlineColor} stroke-width=${2 * outlineWidth} stroke-linejoin="round" paint-order="stroke">
    ${lines.map((line, index) => html`<tspan x=${left} y=${top + index * fontSize * lineHeight}>${line}</tspan>`)}
  </text>`;
}

/**
 * @typedef {import("../../../state/templates.js").Overlay} Overlay
 */

/**
 * What a template adds to a video, and its name and description, saved as they are typed.
 * @param {{project: string, template: import("../../../state/templates.js").TemplateSummary,
 *   reload: () => Promise<void>, onClose: () => void}} props
 */
function TemplateDialog({ project, template, reload, onClose }) {
  const { document, error } = useDocument(templateApi(project, template.id));
  const close = async () => {
    onClose();
    await document?.flush();
    await reload();
  };
  return html`<${Dialog} wide title=${document?.value.value.name ?? template.name} onClose=${close}>
    ${error && html`<${Failure} error=${error} />`}
    ${document &&
    html`<div class="asset">
      <div class="preview">
        <${TemplatePicture} project=${project} content=${document.value.value.content} />
      </div>
      <div class="stack">
        <${Fields} document=${document} />
        <${Contents} content=${document.value.value.content} />
      </div>
    </div>`}
  <//>`;
}

/** @param {{document: import("../../../documents/document.js").Document}} props */
function Fields({ document }) {
  const template = document.value.value;
  const errors = document.error.value?.fields ?? {};
  return html`<${Needs} right="change">
    <${DraftOffer} document=${document} />
    <${Conflicts} document=${document} />
    <${TextField}
      label=${t("common.name")}
      value=${template.name}
      error=${errors.name}
      maxlength="500"
      autocomplete="off"
      onInput=${(/** @type {string} */ name) => document.edit({ name })}
    />
    <${TextArea}
      label=${t("library.description")}
      optional
      value=${template.description ?? ""}
      error=${errors.description}
      onInput=${(/** @type {string} */ description) => document.edit({ description })}
    />
    ${useMay("change") && html`<${SaveStatus} document=${document} />`}
  <//>`;
}

/** The overlays in words. @param {{content: Content}} props */
function Contents({ content }) {
  const { textOverlays, imageOverlays, defaultTransition, exportSettings } = content;
  const keys = placeholdersOf(content);
  return html`<section class="stack tight" aria-label=${t("templates.contents")}>
    <ul class="overlays">
      ${textOverlays.map(
        (overlay) =>
          html`<li><p class="overlay-text" dir="auto">${overlay.text}</p><p class="note">${describeTiming(overlay)}</p></li>`,
      )}
      ${imageOverlays.map(
        (overlay) =>
          html`<li>
            <p>${t("templates.image", { width: Math.round(overlay.width), height: Math.round(overlay.height) })}</p>
            <p class="note">${describeTiming(overlay)}</p>
          </li>`,
      )}
    </ul>
    ${keys.length > 0 && html`<p class="note">${t("templates.placeholders", { keys: keys.join(", ") })}</p>`}
    ${defaultTransition && html`<p class="note">${t("templates.transition", { ...defaultTransition })}</p>`}
    ${exportSettings && html`<p class="note">${t("templates.settings", { ...exportSettings })}</p>`}
  </section>`;
}

/** @param {Overlay} overlay */
function describeTiming({ timingMode, startPercent, endPercent, startSeconds, endSeconds }) {
  const isRelative = timingMode === "relative";
  const start = (isRelative ? startPercent : startSeconds) ?? 0;
  const end = (isRelative ? endPercent : endSeconds) ?? null;
  if (!start && (end === null || (isRelative && end >= 100))) return t("templates.always");
  if (end === null) return t(`templates.from.${timingMode}`, { start });
  return t(`templates.between.${timingMode}`, { start, end });
}

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
