/** Adds the texts of a project's activity, which other screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-activity.js";

addTexts(en);
