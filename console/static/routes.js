/**
 * The table of screens: each is a file in `screens/`, loaded when it is first shown.
 *
 * A screen exports its component as `default`; it gets the values of the address as `params`.
 * Every path has to be in `console/routes.py` as well: a test compares them.
 *
 * @typedef {{default: import("preact").ComponentType<any>}} ScreenModule
 * @typedef {{path: string, public?: boolean, load: () => Promise<ScreenModule>}} Route
 */

import { loadSheet } from "./style-sheets.js";

/** Style sheets that the first screens do without, in the order of the cascade. */
const SHEETS = ["jobs", "exports", "library", "work"].map(
  (name) => new URL(`css/${name}.css`, import.meta.url).href,
);

/** A screen that needs them. @param {() => Promise<ScreenModule>} load */
const styled = (load) => async () => {
  const [module] = await Promise.all([load(), ...SHEETS.map(loadSheet)]);
  return module;
};

const project = styled(() => import("./screens/project.js"));
const work = styled(() => import("./screens/work.js"));
const demo = styled(() => import("./screens/demo.js"));
const jobs = styled(() => import("./screens/jobs.js"));
const settings = styled(() => import("./screens/settings.js"));

/** @type {Route[]} */
export const routes = [
  { path: "/", load: () => import("./screens/projects.js") },
  { path: "/login", public: true, load: () => import("./screens/login.js") },
  { path: "/projects/:project", load: project },
  { path: "/projects/:project/:tab", load: project },
  { path: "/projects/:project/works/:work", load: work },
  { path: "/projects/:project/works/:work/demo", load: demo },
  { path: "/projects/:project/works/:work/:tab", load: work },
  { path: "/jobs", load: jobs },
  { path: "/settings", load: settings },
  { path: "/settings/:tab", load: settings },
];

/**
 * @typedef {{id: string, label: string, icon: string, load: () => Promise<ScreenModule>}} Tab
 *   `id` is the end of the address, empty for the first one; `label` is a key of the texts.
 */

/** The tabs of a work. Their components get `work` (a Document) and `params`. @type {Tab[]} */
export const workTabs = [
  { id: "", label: "work.brief", icon: "file-text", load: () => import("./screens/work/brief.js") },
  {
    id: "scenes",
    label: "work.scenes",
    icon: "images",
    load: () => import("./screens/work/scenes.js"),
  },
  { id: "edit", label: "work.edit", icon: "scissors", load: () => import("./screens/work/edit.js") },
  {
    id: "export",
    label: "work.export",
    icon: "film",
    load: () => import("./screens/work/export.js"),
  },
];

/** The tabs of a project. Their components get `project` (a Document). @type {Tab[]} */
export const projectTabs = [
  {
    id: "",
    label: "project.works",
    icon: "clapperboard",
    load: () => import("./screens/project/works.js"),
  },
  {
    id: "assets",
    label: "project.assets",
    icon: "images",
    load: () => import("./screens/project/assets.js"),
  },
  {
    id: "templates",
    label: "project.templates",
    icon: "layout-template",
    load: () => import("./screens/project/templates.js"),
  },
  {
    id: "style",
    label: "project.style",
    icon: "palette",
    load: () => import("./screens/project/style.js"),
  },
];

/** The tabs of the settings. @type {Tab[]} */
export const settingsTabs = [
  {
    id: "providers",
    label: "settings.providers",
    icon: "sparkles",
    load: () => import("./screens/settings/providers.js"),
  },
  {
    id: "tokens",
    label: "settings.tokens",
    icon: "key-round",
    load: () => import("./screens/settings/tokens.js"),
  },
  { id: "mcp", label: "settings.mcp", icon: "blocks", load: () => import("./screens/settings/mcp.js") },
  {
    id: "account",
    label: "settings.account",
    icon: "user",
    load: () => import("./screens/settings/account.js"),
  },
];
