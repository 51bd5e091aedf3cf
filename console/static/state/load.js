/** Hooks that read something for a component, and again when it has changed or can be reached again. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { ApiError } from "../api.js";
import { onReachable } from "./connection.js";
import { on } from "./events.js";

/**
 * Return a function that runs an action once at a time: calls during a run lead to one more run after
 * it.
 * @param {() => Promise<void>} action
 * @returns {() => Promise<void>}
 */
export function oneAtATime(action) {
  /** @type {Promise<void> | null} */
  let running = null;
  /** @type {Promise<void> | null} */
  let next = null;
  const run = () => {
    running = action().finally(() => {
      running = null;
    });
    return running;
  };
  return () => {
    if (!running && !next) return run();
    next ??= Promise.allSettled([running]).then(() => {
      next = null;
      return run();
    });
    return next;
  };
}

/**
 * Return a function that runs an action after a pause, once for all calls during the pause.
 * @param {() => void} action
 * @param {number} pause in milliseconds
 */
export function coalesced(action, pause) {
  let timer = 0;
  return () => {
    timer ||= setTimeout(() => {
      timer = 0;
      action();
    }, pause);
  };
}

/**
 * @template T
 * @typedef {{data: T | null, error: ApiError | null}} Read
 */

/**
 * @template T
 * @typedef {{data: T | null, error: ApiError | null, reload: () => Promise<void>,
 *   change: (next: (data: T) => T) => void}} Loaded `change` replaces what was read
 */

/**
 * Call `read` when the component appears, when `dependencies` change, and to `reload`. An answer
 * that comes after they have changed is ignored.
 * @template T
 * @param {() => Promise<T>} read
 * @param {any[]} dependencies  first the address of what is read: with another one, `data` is null
 * @returns {Loaded<T>}
 */
export function useLoad(read, dependencies) {
  const [address] = dependencies;
  const [loaded, setLoaded] = useState({ address, ...nothing() });
  const latest = useRef({});
  const { reload, change } = useMemo(() => {
    const own = (latest.current = {});
    /** @param {(before: Read<T>) => Partial<Read<T>>} next */
    const update = (next) => {
      if (latest.current !== own) return;
      setLoaded((before) => {
        const known = before.address === address ? before : nothing();
        return { address, ...known, ...next(known) };
      });
    };
    return {
      reload: oneAtATime(async () => {
        try {
          const data = await read();
          update(() => ({ data, error: null }));
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          update(() => ({ error }));
        }
      }),
      change: (/** @type {(data: T) => T} */ next) => update(({ data }) => ({ data: data && next(data) })),
    };
  }, dependencies);
  useEffect(() => {
    reload();
    return onReachable(reload);
  }, [reload]);
  const { data, error } = loaded.address === address ? loaded : nothing();
  return { data, error, reload, change };
}

/** @returns {Read<any>} */
const nothing = () => ({ data: null, error: null });

/**
 * Read a list, and again when an event of this name says that it has changed.
 * @template T
 * @param {import("./events.js").EventName} name
 * @param {() => Promise<T>} read
 * @param {string} [project] whose list it is
 * @returns {Loaded<T>}
 */
export function useList(name, read, project) {
  const loaded = useLoad(read, [project]);
  const { reload } = loaded;
  useEffect(() => {
    const concerns = (/** @type {any} */ event) => !project || event.projectId === project;
    const stops = [on(name, (event) => concerns(event) && reload()), on("reset", reload)];
    return () => stops.forEach((stop) => stop());
  }, [name, project, reload]);
  return loaded;
}
