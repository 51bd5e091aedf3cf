/** Review links of a work. */

import { del, get, patch, post } from "../api.js";

/**
 * @typedef {{id: string, url?: string, name: string, exportId: string, expiresAt: number, hasExport: boolean, hasPassword: boolean,
 *   mayDownload: boolean, createdAt: number, createdBy: {userId: string, name: string}}} ReviewLink  only the answer that
 *   made it has its `url`
 */

/** Options of a request that may be repeated. @param {string} key */
const keyed = (key) => ({ headers: { "Idempotency-Key": key } });

export const LATEST = "latest"; // in place of an export's id: always the newest one

/** Throws ApiError. @param {string} work its path in the API @returns {Promise<ReviewLink[]>} */
export const listReviewLinks = async (work) => (await get(`${work}/reviews`)).data.reviews;

/** Throws ApiError. @param {string} work @param {Record<string, any>} body @param {string} key @returns {Promise<ReviewLink>} */
export const makeReviewLink = async (work, body, key) => (await post(`${work}/reviews`, body, keyed(key))).data;

/** Throws ApiError. @param {string} work @param {ReviewLink} link @param {Record<string, any>} body */
export const changeReviewLink = (work, link, body) => patch(`${work}/reviews/${link.id}`, body);

/** Throws ApiError. @param {string} work @param {ReviewLink} link */
export const revokeReviewLink = (work, link) => del(`${work}/reviews/${link.id}`);
