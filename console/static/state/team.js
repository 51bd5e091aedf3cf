/** The people of a project, and invitations: requests to the service. */

import { del, get, patch, post, put } from "../api.js";
import { projectApi } from "../urls.js";

/**
 * @typedef {"owner" | "editor" | "reviewer" | "viewer"} Role
 * @typedef {{userId: string, name: string | null, email: string | null}} Person null: of an account that is gone
 * @typedef {Person & {role: Role, mayPay: boolean, addedAt: number}} Member
 * @typedef {{id: string, role: Role, mayPay: boolean, email: string | null, expiresAt: number}} Invitation
 * @typedef {Invitation & {url: string}} NewInvitation
 * @typedef {{owner: Person, members: Member[], invitations?: Invitation[]}} Team
 *   `invitations` are told to the owner only
 * @typedef {{role: Role, mayPay: boolean, email?: string}} Offer
 */

/** The roles that members have. @type {Role[]} */
export const ROLES = ["editor", "reviewer", "viewer"];

/** @param {string} project */
const membersApi = (project) => `${projectApi(project)}/members`;
/** @param {string} project */
const invitationsApi = (project) => `${projectApi(project)}/invitations`;

/** @param {string} project @returns {Promise<Team>} Throws ApiError. */
export const readTeam = async (project) => (await get(membersApi(project))).data;

/**
 * @param {string} project @param {string} userId @param {{role?: Role, mayPay?: boolean}} fields
 * Throws ApiError.
 */
export const changeMember = (project, userId, fields) => patch(`${membersApi(project)}/${userId}`, fields);

/** @param {string} project @param {string} userId Throws ApiError. */
export const removeMember = (project, userId) => del(`${membersApi(project)}/${userId}`);

/** @param {string} project Throws ApiError. */
export const leaveProject = (project) => post(`${membersApi(project)}/leave`);

/** Make a member the owner. @param {string} project @param {string} userId Throws ApiError. */
export const handOver = (project, userId) => post(`${projectApi(project)}/owner`, { userId });

/** @param {string} project @param {Offer} offer @returns {Promise<NewInvitation>} Throws ApiError. */
export const invite = async (project, offer) => (await post(invitationsApi(project), offer)).data;

/** @param {string} project @param {string} id Throws ApiError. */
export const revokeInvitation = (project, id) => del(`${invitationsApi(project)}/${id}`);

/** @typedef {import("./choices.js").KeptKey} KeptKey */

/** @param {string} project */
const keysApi = (project) => `${projectApi(project)}/provider-keys`;

/** The keys that are kept for a project. @param {string} project @returns {Promise<KeptKey[]>} Throws ApiError. */
export const readKeys = async (project) => (await get(keysApi(project))).data;

/** @param {string} project @param {string} vendor @param {string} key Throws ApiError. */
export const keepProjectKey = (project, vendor, key) => put(`${keysApi(project)}/${vendor}`, { key });

/** @param {string} project @param {string} vendor Throws ApiError. */
export const deleteProjectKey = (project, vendor) => del(`${keysApi(project)}/${vendor}`);
