/** The page around the screens: header, the current screen, messages. */

import { computed } from "@preact/signals";
import { html } from "htm/preact";
import { useEffect, useRef } from "preact/hooks";
import { ApiError } from "./api.js";
import { Boundary } from "./components/boundary.js";
import { Button, Icon, IconButton } from "./components/button.js";
import { Failure, Loading } from "./components/fallbacks.js";
import { Header } from "./components/header.js";
import { Lazy } from "./components/lazy.js";
import { t } from "./i18n.js";
import { address, match, navigate } from "./router.js";
import { routes } from "./routes.js";
import { askNow, reachable, replaced } from "./state/connection.js";
import { on } from "./state/events.js";
import { ended, user } from "./state/session.js";
import { dismiss, toasts } from "./state/toasts.js";

const UNKNOWN = new ApiError(404, null); // address

const loadNews = () => import("./discussion/news.js");
on("review", (event) => void loadNews().then(({ receive }) => receive(event), () => {})); // gone after an update

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
  const isOpen = found.value?.route.open ?? false;
  const loggedIn = Boolean(user.value);
  useEffect(() => {
    if (known && !loggedIn && !atLogin && !isOpen) navigate(loginPath(), { replace: true });
    if (known && loggedIn && atLogin) navigate(pathAfterLogin(), { replace: true });
    if (loggedIn) ended.value = null;
  }, [known, loggedIn, atLogin, isOpen]);
  useFocusOnMain(found.value?.route.load);
  const ready = known && (isOpen || loggedIn !== atLogin);
  return html`
    <a class="skip" href="#main">${t("common.skip")}</a>
    ${loggedIn && html`<${Boundary}><${Header} /><//>`}
    <${OfflineBar} />
    <main id="main" tabindex="-1" key=${user.value?.id}>${ready ? html`<${Screen} />` : html`<${Loading} />`}</main>
    <${Toasts} />
  `;
}

/** Focus a new screen, so that screen readers and the Tab key start at its beginning. @param {any} screen */
function useFocusOnMain(screen) {
  const shown = useRef(screen);
  useEffect(() => {
    if (shown.current === screen) return;
    shown.current = screen;
    document.getElementById("main")?.focus({ preventScroll: true });
  }, [screen]);
}

function Screen() {
  if (!found.value) return html`<${Failure} error=${UNKNOWN} />`;
  const { route, params } = found.value;
  return html`<${Boundary} isScreen of=${address.value.path}><${Lazy} load=${route.load} params=${params} tabs=${route.tabs} /><//>`;
}

function loginPath() {
  const { path } = address.value;
  return path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`;
}

/**
 * The path where the session ended, or the projects if another user has logged in. Only paths of
 * this page are followed: `//example.com` would lead elsewhere.
 */
function pathAfterLogin() {
  if (ended.value && ended.value.id !== user.value?.id) return "/";
  const next = address.value.query.get("next") ?? "/";
  return /^\/(?![/\\])/.test(next) ? next : "/";
}

/** Says that the service cannot be reached, while that is so. */
function OfflineBar() {
  return html`<div role="status">
    ${!reachable.value &&
    html`<div class="offline-bar">
      <${Icon} name="wifi-off" />
      <span>${t(replaced.value ? "offline.replaced" : "offline.text")}</span>
      ${replaced.value
        ? html`<${Button} small onClick=${() => location.reload()}>${t("common.reload")}<//>`
        : html`<${Button} small onClick=${askNow}>${t("common.tryAgain")}<//>`}
    </div>`}
  </div>`;
}

/** The messages of `state/toasts.js`. */
function Toasts() {
  return html`<div class="toasts" role="log" aria-live="polite" aria-label=${t("common.messages")}>
    ${toasts.value.map(
      ({ id, kind, text, action }) =>
        html`<div key=${id} class=${`toast ${kind}`}>
          <${Icon} name=${kind === "error" ? "circle-alert" : "circle-check"} />
          <p dir="auto">${text}</p>
          ${action &&
          html`<${Button}
            small
            onClick=${() => {
              dismiss(id);
              action.run();
            }}
            >${action.label}<//
          >`}
          <${IconButton} icon="x" label=${t("common.dismiss")} onClick=${() => dismiss(id)} />
        </div>`,
    )}
  </div>`;
}
