import { html } from "htm/preact";
import { formatNumber, t } from "../i18n.js";
import { address } from "../router.js";
import { activeJobs, isOwn } from "../state/jobs.js";
import { logOut, saveBeforeLogOut, user } from "../state/session.js";
import { setTheme, theme } from "../state/theme.js";
import { crumbs } from "../state/title.js";
import { toast, toastError } from "../state/toasts.js";
import { Icon } from "./button.js";
import { Menu } from "./menu.js";

const LOGO = import.meta.resolve("../icon.svg");
const LINKS = [
  { href: "/", label: "nav.projects", icon: "folder" },
  { href: "/jobs", label: "nav.jobs", icon: "list-video" },
  { href: "/settings", label: "nav.settings", icon: "settings" },
];
const THEMES = [
  { id: "system", icon: "monitor" },
  { id: "light", icon: "sun" },
  { id: "dark", icon: "moon" },
];

/** The bar at the top: the path to the current screen, links, and the menu of the user. */
export function Header() {
  return html`<header class="header">
    <a class="logo" href="/" aria-label=${t("nav.home")}><img src=${LOGO} alt="" /><span>Vidworks</span></a>
    <${Crumbs} />
    <nav class="nav" aria-label=${t("nav.main")}>${LINKS.map(navLink)}</nav>
    <${UserMenu} />
    <${RunningJobs} />
  </header>`;
}

/** Tells screen readers how many jobs are running, when that changes. */
function RunningJobs() {
  const count = activeJobs.value.filter(isOwn).length;
  return html`<span class="visually-hidden" role="status">${count > 0 && t("nav.running", { count })}</span>`;
}

function Crumbs() {
  const path = crumbs.value;
  if (path.length < 2) return html`<span class="crumbs"></span>`;
  return html`<nav class="crumbs" aria-label=${t("nav.path")}>
    <ol>
      ${path.map(
        ({ label, href }) =>
          html`<li>${href ? html`<a href=${href} dir="auto">${label}</a>` : html`<span aria-current="page" dir="auto">${label}</span>`}</li>`,
      )}
    </ol>
  </nav>`;
}

/** @param {{href: string, label: string, icon: string}} link */
function navLink({ href, label, icon }) {
  const { path } = address.value;
  const current = href === "/" ? path === "/" || path.startsWith("/projects") : path.startsWith(href);
  const count = href === "/jobs" ? activeJobs.value.filter(isOwn).length : 0;
  return html`<a href=${href} class="nav-link" aria-current=${current ? "page" : undefined}>
    <${Icon} name=${icon} /><span>${t(label)}</span>
    ${count > 0 && html`<span class="badge">${formatNumber(count)}</span>`}
  </a>`;
}

/** Log out, once everything is saved. */
export async function leave() {
  if (await saveBeforeLogOut()) await logOut().catch(toastError);
  else toast(t("save.beforeLogOut"), { kind: "error" });
}

function UserMenu() {
  const { name = "", email = "" } = user.value ?? {};
  const items = [
    { label: `${name} (${email})`, icon: "user", href: "/settings/account" },
    null,
    ...THEMES.map(({ id, icon }) => ({
      label: t(`theme.${id}`),
      icon,
      checked: theme.value === id,
      onSelect: () => setTheme(/** @type {any} */ (id)),
    })),
    null,
    { label: t("nav.trash"), icon: "trash-2", href: "/trash" },
    { label: t("nav.api"), icon: "blocks", href: "/api/docs" },
    { label: t("nav.logOut"), icon: "log-out", onSelect: leave },
  ];
  return html`<${Menu} label=${t("nav.account", { name })} items=${items} class="avatar">
    <span aria-hidden="true">${name.slice(0, 1).toUpperCase()}</span>
  <//>`;
}
