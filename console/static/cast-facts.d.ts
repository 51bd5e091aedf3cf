// Written by console/facts.py from what the service states.
export const CAST: { kinds: string[]; maxDescription: number; maxPictures: number; maxInScene: number };
