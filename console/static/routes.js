/**
 * The screens by their addresses. Each is a module that is loaded when it is first shown; its default
 * export is a component, which gets the values of the address as `params`, and the `tabs`.
 *
 * A tab is at the screen's path, a slash and its `id`; the first tab is also at the screen's path.
 *
 * The service reads this table too (console/screens.py): it serves the page at each `path` and `id`,
 * with the modules and style sheets that are shown there. All of these therefore are string literals.
 *
 * @typedef {import("./components/lazy.js").Load} Load
 * `open`: for those who are not logged in as well.
 *
 * @typedef {{path: string, public?: boolean, open?: boolean, load: Load, tabs?: import("./components/tabs.js").LoadedTab[]}} Route
 */

import { loadSheet } from "./style-sheets.js";

/** Style sheets that the first screens do without, in the order of the cascade. */
const SHEETS = [
  import.meta.resolve("./css/jobs.css"),
  import.meta.resolve("./css/exports.css"),
  import.meta.resolve("./css/library.css"),
  import.meta.resolve("./css/work.css"),
  import.meta.resolve("./css/sound.css"),
  import.meta.resolve("./css/team.css"),
  import.meta.resolve("./css/comments.css"),
  import.meta.resolve("./css/reviews.css"),
];

/** A screen that needs them. @param {Load} load @returns {Load} */
const styled = (load) => async () => {
  const [module] = await Promise.all([load(), ...SHEETS.map(loadSheet)]);
  return module;
};

/** @type {Route[]} */
export const routes = [
  { path: "/", load: () => import("./screens/projects.js") },
  { path: "/login", public: true, load: () => import("./screens/login.js") },
  {
    path: "/projects/:project",
    load: styled(() => import("./screens/project/index.js")),
    tabs: [
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
        load: () => import("./screens/project/assets/index.js"),
      },
      {
        id: "cast",
        label: "project.cast",
        icon: "user",
        load: () => import("./screens/project/cast/index.js"),
      },
      {
        id: "templates",
        label: "project.templates",
        icon: "layout-template",
        load: () => import("./screens/project/templates/index.js"),
      },
      {
        id: "style",
        label: "project.style",
        icon: "palette",
        load: () => import("./screens/project/style/index.js"),
      },
      {
        id: "team",
        label: "project.team",
        icon: "users",
        load: () => import("./screens/project/team/index.js"),
      },
      {
        id: "activity",
        label: "project.activity",
        icon: "history",
        load: () => import("./screens/project/activity.js"),
      },
    ],
  },
  {
    path: "/projects/:project/works/:work/demo",
    load: styled(() => import("./screens/demo/index.js")),
  },
  {
    path: "/projects/:project/works/:work/film",
    load: styled(() => import("./screens/film/index.js")),
  },
  {
    path: "/projects/:project/works/:work",
    load: styled(() => import("./screens/work/index.js")),
    tabs: [
      { id: "", label: "work.brief", icon: "file-text", load: () => import("./screens/work/brief/index.js") },
      {
        id: "scenes",
        label: "work.scenes",
        icon: "images",
        load: () => import("./screens/work/scenes/index.js"),
      },
      { id: "edit", label: "work.edit", icon: "scissors", load: () => import("./screens/work/edit/index.js") },
      {
        id: "export",
        label: "work.export",
        icon: "film",
        load: () => import("./screens/work/export/index.js"),
      },
    ],
  },
  {
    path: "/invitations/:token",
    open: true,
    load: styled(() => import("./screens/invitation.js")),
  },
  { path: "/trash", load: styled(() => import("./screens/trash.js")) },
  { path: "/jobs", load: styled(() => import("./screens/jobs/index.js")) },
  {
    path: "/settings",
    load: styled(() => import("./screens/settings/index.js")),
    tabs: [
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
    ],
  },
];
