/** The session and its user. `api.js` holds the access token in memory; the rest is in cookies. */

import { signal } from "@preact/signals";
import { ApiError, get, onSessionLoss, patch, post, renewSession, replaceSession, setAccessToken } from "../api.js";
import { BASE } from "../base.js";
import { LANGUAGE } from "../i18n.js";
import { forgetKept } from "../stored.js";
import { onReachable } from "./connection.js";

/**
 * @typedef {{id: string, email: string, name: string, language?: string}} User
 * The user; `null` if nobody is logged in, `undefined` until that is known.
 * @type {import("@preact/signals").Signal<User | null | undefined>}
 */
export const user = signal(undefined);

/**
 * The user of this tab whose session was ended elsewhere, until someone logs in here: what the user
 * typed is kept. `isReplaced`: another user is logged in in this browser now.
 * @type {import("@preact/signals").Signal<{id: string, isReplaced: boolean} | null>}
 */
export const ended = signal(null);

// Hints that there is a session's cookie, which scripts cannot read. Other tabs notice changes of it.
const HINT = `vidworks.user${BASE}`; // another Vidworks on the same host has another base

/**
 * Saves open documents, and returns whether that has succeeded. `documents/open-documents.js` sets
 * it, which the first screen does without.
 * @type {() => Promise<boolean>}
 */
let saveAll = async () => true;

/** @param {() => Promise<boolean>} save */
export function saveFirst(save) {
  saveAll = save;
}

/** Whether everything is saved, so that the session may be ended. */
export const saveBeforeLogOut = () => saveAll();

/** Continue the session after a reload. */
export async function restoreSession() {
  if (!localStorage.getItem(HINT)) {
    user.value = null;
    return;
  }
  try {
    begin((await renewSession()).user);
  } catch (error) {
    if (error instanceof ApiError && error.offline) retryWhenReachable();
    else end();
  }
}

/** @param {{email: string, password: string}} credentials Throws ApiError. */
export async function logIn(credentials) {
  const { data } = await post("/api/auth/login", { ...credentials, cookie: true });
  setAccessToken(data.accessToken, data.user.id);
  begin(data.user);
}

/**
 * Whether accounts can be created from here, whether there is none yet, and whether it needs a code.
 * Throws ApiError.
 * @returns {Promise<{open: boolean, first: boolean, needsSetupCode: boolean}>}
 */
export const readRegistration = async () => (await get("/api/auth/registration")).data;

/**
 * Create an account, and use it. Throws ApiError.
 * @param {{email: string, password: string, name: string, setupCode?: string}} account
 */
export async function register(account) {
  const { data } = await post("/api/auth/register", { ...account, cookie: true });
  setAccessToken(data.accessToken, data.user.id);
  begin(data.user);
}

/**
 * End the session in all tabs, or all sessions of the user. Throws ApiError.
 * @param {{everywhere?: boolean}} [options]
 */
export async function logOut({ everywhere = false } = {}) {
  try {
    await post("/api/auth/logout", { everywhere });
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 401) throw error;
  }
  end();
}

/**
 * Set a new password. That ends all sessions, so this logs in again. Throws ApiError.
 * @param {string} current
 * @param {string} password
 */
export async function changePassword(current, password) {
  const { email } = /** @type {User} */ (user.value);
  await replaceSession(async () => {
    await post("/api/auth/password", { current, new: password });
    await logIn({ email, password });
  });
}

/** Choose the language of the page, which reloads it. Throws ApiError. @param {string | null} language */
export async function chooseLanguage(language) {
  user.value = (await patch("/api/auth/me", { language })).data;
  if (keepLanguage(user.value?.language)) location.reload();
}

/** Whether no tab has ended the session; this tab learns of that a moment later. */
export const isCurrent = () => Boolean(user.value) && localStorage.getItem(HINT) === user.value?.id;

/** @param {User} someone */
function begin(someone) {
  const isNew = !ended.value; // what a user typed before the session ended is kept
  localStorage.setItem(HINT, someone.id);
  if ((user.value?.id ?? ended.value?.id) !== someone.id) forgetKept();
  user.value = someone;
  if (keepLanguage(someone.language) && isNew) location.reload();
}

function end() {
  localStorage.removeItem(HINT);
  forget();
}

function forget() {
  setAccessToken("");
  user.value = null;
}

/** The session was ended elsewhere, or another user has logged in in this browser. */
function lose() {
  const id = user.value?.id ?? ended.value?.id;
  const hint = localStorage.getItem(HINT);
  if (hint === id) localStorage.removeItem(HINT);
  if (id) ended.value = { id, isReplaced: hint !== null && hint !== id };
  forget();
}

/** Another tab has logged in or out. @param {string | null} id of its user */
function follow(id) {
  if (user.value && user.value.id === id) return;
  const before = user.value?.id ?? ended.value?.id;
  if (id && (!before || before === id)) restoreSession();
  else lose();
}

function retryWhenReachable() {
  const stop = onReachable(() => {
    stop();
    restoreSession();
  });
}

onSessionLoss(lose);
addEventListener("storage", ({ key, newValue }) => {
  if (key === HINT) follow(newValue);
});

const COOKIE = "vidworks_language"; // console/routes.py reads it, before anyone is known to be logged in
const SECONDS = 365 * 24 * 60 * 60;

/**
 * Have the page in the language of an account from now on, in this browser.
 * @param {string} [chosen] none: as the browser asks for
 * @returns {boolean} whether the page has to be reloaded for that
 */
function keepLanguage(chosen = "") {
  if (kept() === chosen) return false;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${chosen}; Path=${BASE}/; Max-Age=${chosen ? SECONDS : 0}; SameSite=Lax${secure}`;
  return kept() === chosen && chosen !== LANGUAGE; // or the browser keeps no cookies
}

const kept = () => new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(document.cookie)?.[1] ?? "";
