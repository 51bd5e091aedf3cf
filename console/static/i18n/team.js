/** Adds the texts of members and invitations, which the first screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-team.js";

addTexts(en);
