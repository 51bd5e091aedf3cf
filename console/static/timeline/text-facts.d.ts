// Written by console/facts.py from what the service states.
export const ABBREVIATIONS: string;
export const COLOR_NAMES: string[];
export const PRESETS: Record<string, import("./text-presets.js").Preset>;
export const REFRAMING: {
  wrap: number;
  padding: [number, number];
  margin: number;
  nearly: number;
  slack: number;
  smaller: number;
  lineHeight: number;
  widths: number[];
};
