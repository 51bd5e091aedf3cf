import { html } from "htm/preact";
import { useCallback, useState } from "preact/hooks";
import { Needs, useMay } from "../../../components/access.js";
import { Button } from "../../../components/button.js";
import { Card } from "../../../components/card.js";
import { Conflicts, DraftOffer, SaveStatus } from "../../../components/conflicts.js";
import { DeleteDialog, Dialog, FormDialog } from "../../../components/dialogs.js";
import { Empty, Failure, Loading } from "../../../components/fallbacks.js";
import { SearchedGrid } from "../../../components/grid.js";
import VoicePicker from "../../../components/voice-picker.js";
import { useDocument } from "../../../documents/open-documents.js";
import "../../../i18n/cast.js";
import { nameIn, t } from "../../../i18n.js";
import { address, navigate } from "../../../router.js";
import { KINDS, castApi, createMember, deleteMember, iconOf, isNameTaken, pictureOf, useCast, usesOfMember } from "../../../state/cast.js";
import { useLoad } from "../../../state/load.js";
import { toast } from "../../../state/toasts.js";
import { projectPage } from "../../../urls.js";
import { Fields } from "./fields.js";

const NAMED = 5; // works that the question before deleting names

/**
 * @typedef {import("../../../state/cast.js").Member} Member
 * @typedef {import("../../../state/cast.js").MemberFields} MemberFields
 */

/** The cast of a project. @param {{project: import("../../../documents/document.js").Document}} props */
export default function Cast({ project }) {
  const { id } = project.value.value;
  const { data: list, error, reload } = useCast(id);
  const [isAdding, setAdding] = useState(false);
  const [deleted, setDeleted] = useState(/** @type {Member | null} */ (null));
  const mayChange = useMay("change");
  const shown = list?.find((member) => member.id === address.value.query.get("member"));
  const back = () => navigate(projectPage(id, "cast"));
  const card = useCallback(
    (/** @type {Member} */ member) => html`<${MemberCard} key=${member.id} member=${member} onDelete=${setDeleted} />`,
    [id],
  );
  const add = mayChange && html`<${Button} kind="primary" icon="plus" onClick=${() => setAdding(true)}>${t("cast.add")}<//>`;
  return html`<${Needs} right="change">
    <header class="screen-header"><h1>${t("cast.title")}</h1>${list?.length ? add : null}</header>
    ${!list && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${list?.length === 0 &&
    html`<${Empty} icon="user" title=${t("cast.emptyTitle")} actions=${add}>${mayChange && html`<p>${t("cast.emptyText")}</p>`}<//>`}
    ${list?.length ? html`<${SearchedGrid} texts="cast" class="assets" ...${{ list, card }} />` : null}
    ${isAdding && html`<${NewMember} project=${id} reload=${reload} onClose=${() => setAdding(false)} />`}
    ${shown && html`<${MemberDialog} key=${shown.id} member=${shown} reload=${reload} onClose=${back} />`}
    ${deleted && html`<${Delete} member=${deleted} reload=${reload} onClose=${() => setDeleted(null)} />`}
  <//>`;
}

/** @param {{member: Member, onDelete: (member: Member) => void}} props */
function MemberCard({ member, onDelete }) {
  const { projectId, id, name, kind, assetIds } = member;
  const items = useMay("change") ? [{ label: t("common.delete"), icon: "trash-2", danger: true, onSelect: () => onDelete(member) }] : [];
  const note = [nameIn("cast.kinds", kind), assetIds.length > 0 && t("cast.count", { count: assetIds.length })];
  return html`<${Card}
    href=${`${projectPage(projectId, "cast")}?member=${id}`}
    id=${id}
    name=${name}
    poster=${pictureOf(member)}
    icon=${iconOf(kind)}
    note=${note.filter(Boolean).join(" · ")}
    menuLabel=${t("projects.actions", { name })}
    items=${items}
  />`;
}

/** @param {{project: string, reload: () => Promise<void>, onClose: () => void}} props */
function NewMember({ project, reload, onClose }) {
  const [member, setMember] = useState(
    /** @type {MemberFields} */ ({ name: "", kind: KINDS[0], assetIds: [], description: "", voice: null }),
  );
  const [isTaken, setTaken] = useState("");
  const [isChoosing, setChoosing] = useState(false);
  const edit = (/** @type {Partial<MemberFields>} */ fields) => setMember((before) => ({ ...before, ...fields }));
  const submit = async () => {
    await createMember(project, member);
    await reload();
  };
  const tell = (/** @type {import("../../../api.js").ApiError} */ error) => {
    if (isNameTaken(error)) setTaken(member.name);
    return isNameTaken(error);
  };
  const errors = isTaken && isTaken === member.name ? { name: t("cast.taken") } : {};
  return html`<${FormDialog} wide title=${t("cast.add")} submit=${t("cast.add")} onSubmit=${submit} isTold=${tell} onClose=${onClose}>
      <${Fields} ...${{ project, member, errors }} onInput=${edit} onVoice=${() => setChoosing(true)} />
    <//>
    ${isChoosing && html`<${VoiceOf} voice=${member.voice} onUse=${(/** @type {string | null} */ voice) => edit({ voice })} onClose=${() => setChoosing(false)} />`}`;
}

/**
 * A member, whose fields are saved as they are edited.
 * @param {{member: Member, reload: () => Promise<void>, onClose: () => void}} props
 */
function MemberDialog({ member, reload, onClose }) {
  const { projectId, id } = member;
  const { document, error } = useDocument(castApi(projectId, id));
  const [isChoosing, setChoosing] = useState(false);
  const isWarned = useWarning();
  const mayChange = useMay("change");
  const close = async () => {
    if (document?.isDirty) await document.flush();
    const isTaken = isNameTaken(document?.error.value ?? null);
    if (isTaken && !isWarned()) return; // once: then the old name stays
    if (isTaken) document?.discard();
    onClose();
    await reload();
  };
  const edit = (/** @type {Partial<MemberFields>} */ fields) => document?.edit(fields);
  return html`<${Dialog} wide title=${member.name} onClose=${close}>
      ${error && html`<${Failure} error=${error} />`}
      ${document && html`<div class="stack">
        <${DraftOffer} document=${document} />
        <${Conflicts} document=${document} />
        <${Fields}
          project=${projectId}
          member=${document.value.value}
          errors=${errorsOf(document.error.value)}
          onInput=${edit}
          onVoice=${() => setChoosing(true)}
        />
        ${mayChange && html`<${SaveStatus} document=${document} />`}
      </div>`}
    <//>
    ${isChoosing && html`<${VoiceOf} voice=${document?.value.value.voice ?? null} onUse=${(/** @type {string | null} */ voice) => edit({ voice })} onClose=${() => setChoosing(false)} />`}`;
}

/** @param {import("../../../api.js").ApiError | null} error @returns {Record<string, string>} */
const errorsOf = (error) => (isNameTaken(error) ? { name: t("cast.taken") } : (error?.fields ?? {}));

/** A function that says whether it was called before. */
function useWarning() {
  const [before] = useState({ calls: 0 });
  return () => {
    before.calls += 1;
    return before.calls > 1;
  };
}

/** @param {{voice: string | null, onUse: (voice: string | null) => void, onClose: () => void}} props */
function VoiceOf({ voice, onUse, onClose }) {
  const use = async (/** @type {import("../../../state/voices.js").Narrator | null} */ chosen) => onUse(chosen?.voice ?? null);
  return html`<${VoicePicker} title=${t("cast.chooseVoice")} narrator=${voice ? { voice } : null} language="" onUse=${use} onClose=${onClose} />`;
}

/** @param {{member: Member, reload: () => Promise<void>, onClose: () => void}} props */
function Delete({ member, reload, onClose }) {
  const { name } = member;
  const { data: works, error } = useLoad(() => usesOfMember(member), [member.id]);
  const submit = async () => {
    await deleteMember(member);
    toast(t("projects.deleted", { name }));
    await reload();
  };
  if (!works && !error) return null; // nobody deletes what they don't know to be in use
  return html`<${DeleteDialog} title=${t("projects.deleteTitle", { name })} onSubmit=${submit} onClose=${onClose}>
    <p>${t("cast.deleteText")}</p>
    ${works && works.length > 0 && html`<p>${t("cast.usedByWorks", { count: works.length })}</p>
      <ul>
        ${works.slice(0, NAMED).map((work) => html`<li dir="auto">${t("cast.usedIn", { name: work.name, count: work.scenes.length })}</li>`)}
        ${works.length > NAMED && html`<li>${t("projects.deleteMore", { count: works.length - NAMED })}</li>`}
      </ul>`}
  <//>`;
}
