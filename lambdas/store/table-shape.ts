/** The one table: what the stack provisions and the stores rely on. See docs/data-model.md. */
export const TABLE_SHAPE = {
  partitionKey: "pk",
  sortKey: "sk",
  /** What the stream's filters match in sort keys: those of user items, and how those of messages and changes begin. */
  sortKeys: { user: "P", messagePrefix: "M#", changePrefix: "X#" },
  indexes: {
    /** A user's inbox rows by the time that last moved them. Keys only, sparse on `activity`. */
    byActivity: { name: "by-activity", partitionKey: "pk", sortKey: "activity", sortKeyType: "N" },
    /** Users by their folded handle. Keys only, so that presence, which is on the same item, does not write it. */
    byHandle: { name: "by-handle", partitionKey: "handleStart", sortKey: "handleFolded", sortKeyType: "S" },
    /** Users whose presence is not off, in shards, for the sweep. Keys only, sparse on `sweepShard`. */
    notOff: { name: "not-off", partitionKey: "sweepShard", sortKey: "pk", sortKeyType: "S" },
  },
} as const;
