/** Adds the texts of comments and reviews, which the first screens do without. */

import { addTexts } from "../i18n.js";
import en from "./en-review.js";

addTexts(en);
