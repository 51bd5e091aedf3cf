/** The page around the screens: header, the current screen, messages. */

import { computed } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { t } from "./i18n.js";
import { Empty } from "./parts/empty.js";
import { Header } from "./parts/header.js";
import { Lazy } from "./parts/lazy.js";
import { Loading } from "./parts/loading.js";
import { OfflineBar } from "./parts/offline-bar.js";
import { Toasts } from "./parts/toasts.js";
import { address, match, navigate } from "./router.js";
import { routes } from "./routes.js";
import { ended, user } from "./state/session.js";

const found = computed(() => {
  const { path } = address.value;
  for (const route of routes) {
    const params = match(route.path, path) ?? (route.tabs && match(`${route.path}/:tab`, path));
    if (params) return { route, params };
  }
  return null;
});

export function App() {
  const known = user.value !== undefined;
  const atLogin = found.value?.route.public ?? false;
  const loggedIn = Boolean(user.value);
  useEffect(() => {
    if (known && !loggedIn && !atLogin) navigate(loginPath(), { replace: true });
    if (known && loggedIn && atLogin) navigate(pathAfterLogin(), { replace: true });
    if (loggedIn) ended.value = null;
  }, [known, loggedIn, atLogin]);
  useFocusOnMain(found.value?.route.load);
  const ready = known && loggedIn !== atLogin;
  return html`
    <a class="skip" href="#main">${t("common.skip")}</a>
    ${loggedIn && html`<${Header} />`}
    <${OfflineBar} />
    <main id="main" tabindex="-1" key=${user.value?.id}>${ready ? html`<${Screen} />` : html`<${Loading} />`}</main>
    <${Toasts} />
  `;
}

/** After a change of the screen, what is read and tabbed to next is its beginning. @param {any} screen */
function useFocusOnMain(screen) {
  const shown = useRef(screen);
  useEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [screen]);
}

function Screen() {
  if (!found.value) return html`<${Empty} icon="search" title=${t("failure.missing")} />`;
  const { route, params } = found.value;
  return html`<${Lazy} load=${route.load} params=${params} tabs=${route.tabs} />`;
}

function loginPath() {
  const { path } = address.value;
  return path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`;
}

/**
 * Where the session was ended, unless somebody else has logged in. Only paths of this page:
 * `//example.com` would lead elsewhere.
 */
function pathAfterLogin() {
  if (ended.value && ended.value.id !== user.value?.id) return "/";
  const next = address.value.query.get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}
