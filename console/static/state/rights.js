/** What the user may do in a project: the service's table of rights, which the page's HTML contains. */

/**
 * @typedef {"see" | "comment" | "change" | "pay" | "manage"} Right
 * @typedef {{role?: string, mayPay?: boolean}} Access what answers say of a project; without a role it
 *   is the user's own
 */

/** The rights of each role, and of one that may pay. @type {Record<string, Right[]>} */
const TABLE = JSON.parse(document.querySelector("meta[name=rights]")?.getAttribute("content") ?? "{}");

/**
 * Whether the user has a right in a project; true as long as nothing else is known.
 * @param {Access | null | undefined} project @param {Right} right
 */
export function may(project, right) {
  if (!project?.role) return true;
  const rights = TABLE[project.mayPay ? `${project.role} mayPay` : project.role];
  return rights?.includes(right) ?? false;
}
