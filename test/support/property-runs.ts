/**
 * Parameters of a property: the same cases every time, unless `PROPERTY_SEED` asks for others and
 * `PROPERTY_RUNS` for more (a factor).
 */
export const runs = (count: number): { readonly seed: number; readonly numRuns: number } => ({
  seed: Number(process.env["PROPERTY_SEED"] ?? 20_300_101),
  numRuns: Math.ceil(count * Number(process.env["PROPERTY_RUNS"] ?? 1)),
});
