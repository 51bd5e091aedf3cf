import { useEffect, useState } from "preact/hooks";

/** Whether the window is as a query says. @param {MediaQueryList} query */
export function useMatch(query) {
  const [matches, setMatches] = useState(query.matches);
  useEffect(() => {
    const follow = () => setMatches(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, [query]);
  return matches;
}
