import { html } from "htm/preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { Button } from "../../components/button.js";
import { Empty, Failure, Loading } from "../../components/fallbacks.js";
import { Initials } from "../../components/person.js";
import "../../i18n/activity.js";
import { formatAgo, formatTime, hasText, t } from "../../i18n.js";
import { readActivity, readEarlier } from "../../state/activity.js";
import { on } from "../../state/events.js";
import { coalesced, useLoad } from "../../state/load.js";
import { useRequest } from "../../state/request.js";
import { projectPage, workPage } from "../../urls.js";

/** @typedef {import("../../state/activity.js").Item} Item */

/** The prefixes of ids. */
const [GUEST, WORK] = ["guest_", "work_"];
const PLACE = "\u0000"; // of a target's name in a text
/** The tabs that show what of a project, and of a work. @type {Record<string, string>} */
const TABS = { work: "", asset: "assets", template: "templates" };
/** @type {Record<string, string>} */
const WORK_TABS = { export: "export", review: "export", comment: "export" };
const SOON = 1000; // milliseconds after an event: others may follow
/** @type {import("../../state/events.js").EventName[]} */
const EVENTS = ["work", "project", "asset", "template", "cast", "job"];

/** Who did what in a project. @param {{project: import("../../documents/document.js").Document}} props */
export default function Activity({ project }) {
  const { id } = project.value.value;
  const { data: latest, error, reload } = useLoad(() => readActivity(id), [id]);
  useEffect(() => {
    const soon = coalesced(reload, SOON);
    const stops = EVENTS.map((name) => on(name, (event) => event.projectId === id && soon()));
    stops.push(on("reset", reload));
    return () => stops.forEach((stop) => stop());
  }, [id, reload]);
  return html`<div class="activity">
    <header class="screen-header"><h1>${t("activity.title")}</h1></header>
    <p class="note">${t("activity.lead")}</p>
    ${!latest && (error ? html`<${Failure} error=${error} />` : html`<${Loading} />`)}
    ${latest && !latest.items.length && html`<${Empty} icon="history" title=${t("activity.none")}><p>${t("activity.noneText")}</p><//>`}
    ${latest && latest.items.length > 0 && html`<${Items} key=${id} project=${id} latest=${latest} />`}
  </div>`;
}

/** The items, and earlier ones on request. @param {{project: string, latest: import("../../state/activity.js").Page}} props */
function Items({ project, latest }) {
  const [earlier, setEarlier] = useState(/** @type {import("../../state/activity.js").Page | null} */ (null));
  const request = useRequest();
  const items = useMemo(() => {
    const known = new Map((earlier?.items ?? []).map((item) => [item.id, item]));
    for (const item of latest.items) known.set(item.id, item);
    return [...known.values()].sort((a, b) => b.lastAt - a.lastAt);
  }, [latest, earlier]);
  const next = earlier ? earlier.next : latest.next;
  const more = () =>
    request.run(async () => {
      const page = await readEarlier(/** @type {string} */ (next));
      setEarlier({ items: [...items, ...page.items], next: page.next });
    });
  return html`<ul class="rows people">
      ${items.map((item) => html`<${Row} key=${item.id} project=${project} item=${item} />`)}
    </ul>
    ${next && html`<${Button} busy=${request.busy} onClick=${more}>${t("activity.more")}<//>`}
    ${request.error && html`<p class="field-error" role="alert">${request.error.text}</p>`}`;
}

/** @param {{project: string, item: Item}} props */
function Row({ project, item }) {
  const { userId, name, lastAt: at, count } = item;
  return html`<li class="row">
    <${Initials} userId=${userId} name=${name} />
    <div class="row-text">
      <p><strong><bdi>${name}</bdi></strong>${userId.startsWith(GUEST) && html` <span class="optional">(${t("activity.guest")})</span>`} ${describe(project, item)}${count > 1 && html` <span class="optional">(${t("activity.times", { count })})</span>`}</p>
    </div>
    <time class="note" datetime=${new Date(at).toISOString()} title=${formatTime(at)}>${formatAgo(at)}</time>
  </li>`;
}

/** What was done, with a link to what is still there. @param {string} project @param {Item} item */
function describe(project, item) {
  const { action, kind, targetName } = item;
  const key = `activity.done.${action}.${kind}`;
  if (!hasText(key)) return t("activity.other");
  const page = pageOf(project, item);
  const [before, after] = t(key, { target: PLACE }).split(PLACE);
  if (after === undefined) return before;
  return html`${before}${page ? html`<a href=${page} dir="auto">${targetName}</a>` : html`<bdi>${targetName}</bdi>`}${after}`;
}

/** Where the target of an item is shown; null if it is nowhere. @param {string} project @param {Item} item */
function pageOf(project, { action, kind, targetId }) {
  if (action === "deleted" && TABS[kind] !== undefined) return null;
  if (targetId.startsWith(WORK)) return workPage(project, targetId, WORK_TABS[kind]);
  return TABS[kind] ? projectPage(project, TABS[kind]) : null;
}
