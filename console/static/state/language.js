/**
 * The language of the page. The service writes it into the HTML, before anyone is known to be logged
 * in: a cookie therefore tells it what the user has chosen in the account.
 */

import { BASE } from "../base.js";
import { LANGUAGE } from "../i18n.js";

const COOKIE = "vidworks_language"; // console/routes.py reads it
const SECONDS = 365 * 24 * 60 * 60;

/**
 * Have the page in the language of an account from now on, in this browser.
 * @param {string} [chosen] none: as the browser asks for
 * @returns {boolean} whether the page has to be reloaded for that
 */
export function keepLanguage(chosen = "") {
  if (kept() === chosen) return false;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${chosen}; Path=${BASE}/; Max-Age=${chosen ? SECONDS : 0}; SameSite=Lax${secure}`;
  return kept() === chosen && chosen !== LANGUAGE; // or the browser keeps no cookies
}

const kept = () => new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(document.cookie)?.[1] ?? "";
