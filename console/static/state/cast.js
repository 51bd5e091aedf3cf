/** The cast of a project: people, products, places and styles that return from scene to scene. */

import { del, get, post } from "../api.js";
import { CAST } from "../cast-facts.js";
import { assetApi, projectApi } from "../urls.js";
import { useList } from "./load.js";

export const KINDS = CAST.kinds;
export const MAX_DESCRIPTION = CAST.maxDescription;
export const MAX_PICTURES = CAST.maxPictures;
export const MAX_IN_SCENE = CAST.maxInScene;
/** @param {string} project @param {string} member */
export const castApi = (project, member) => `${projectApi(project)}/cast/${member}`;

const TAKEN = "already_exists";

/**
 * @typedef {{name: string, kind: string, description: string, assetIds: string[], voice: string | null}} MemberFields
 * @typedef {MemberFields & {id: string, projectId: string, createdAt: number, updatedAt: number}} Member
 */

/** Icons of members without pictures, by their kinds. @type {Record<string, string>} */
const ICONS = { person: "user", product: "layers", place: "image", style: "palette" };

/** @param {string} kind */
export const iconOf = (kind) => ICONS[kind] ?? "user";

/** The small picture of a member; undefined without one. @param {Member} member */
export const pictureOf = ({ projectId, assetIds: [best] }) => (best ? `${assetApi(projectId, best)}/thumbnail` : undefined);

/** The cast of a project, newest first, read again when it changes. @param {string} project */
export const useCast = (project) =>
  useList("cast", async () => /** @type {Member[]} */ ((await get(`${projectApi(project)}/cast`)).data.cast), project);

/** Add a member. Throws ApiError. @param {string} project @param {MemberFields} fields @returns {Promise<Member>} */
export const createMember = async (project, fields) => (await post(`${projectApi(project)}/cast`, fields)).data;

/** Whether an error says that another member has the name. @param {import("../api.js").ApiError | null} error */
export const isNameTaken = (error) => error?.code === TAKEN;

/** Delete a member for good. Throws ApiError. @param {Member} member */
export const deleteMember = ({ projectId, id }) => del(castApi(projectId, id));

/**
 * The works whose scenes a member is in.
 * @param {Member} member
 * @returns {Promise<{id: string, name: string, scenes: number[]}[]>} Throws ApiError.
 */
export const usesOfMember = async ({ projectId, id }) => (await get(`${castApi(projectId, id)}/uses`)).data.works;
