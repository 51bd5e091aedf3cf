// Written by console/facts.py from what the service states.
export const EXPORT_FORMATS: Record<string, "video" | "animation" | "sound">;
export const FINISHED_STATES: string[];
export const LANGUAGES: string[];
export const SCOPES: string[];
export const SHAPES: [number, number][];
export const VENDORS: Record<string, string>;
