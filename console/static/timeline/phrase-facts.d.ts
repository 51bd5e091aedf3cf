// Written by console/facts.py from media/drawing/phrases.py and the models beside it.
export const PHRASES: {
  windows: [string, number, number][];
  least: Record<string, number>;
  kanaShare: number;
  models: Record<string, { weights: Record<string, Record<string, number>>; base: number }>;
};
