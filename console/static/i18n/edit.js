/** Adds the texts of the editor and of exports, which the first screens do without. */

import { addTexts } from "../i18n.js";
import edit from "./en-edit.js";
import exports from "./en-export.js";

addTexts({ ...edit, ...exports });
